import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { collectorForTest, type Json } from '../../collector/src/testing/collector.ts'
import { eventually } from '../support/read-back.ts'
import { Client, Peer } from './peers.ts'

const event = (n: number, overrides: object = {}) => ({
  event_id: `e-${n}`,
  timestamp: '2026-01-31T12:00:00Z',
  source_system: 'akosha',
  event_type: 'pattern_detected',
  data: { n },
  ...overrides,
})

/** Somebody who watches; the stream is open when this resolves. */
async function watcher(url: string, query = '', headers: Record<string, string> = {}): Promise<Peer> {
  const peer = new Peer('websocket.py', `${url}/events/stream?${query}`, JSON.stringify(headers))
  expect(await peer.hear()).toBe('open')
  return peer
}

const hear = async (peer: Peer): Promise<Json> => JSON.parse(await peer.hear())

test('a watcher hears what comes in by any door', async () => {
  const { url } = await collectorForTest()
  const client = new Client(url)
  const peer = await watcher(url)
  await client.post('/events', event(1, { severity: 'warning', tags: ['a'] }))
  expect(await hear(peer)).toMatchObject({
    event_id: 'e-1',
    severity: 'warning',
    tags: ['a'],
    data: { n: 1 },
  })
  await client.post('/api/v1/messagebus/publish', {
    event_type: 'stock.item.sold',
    source_service: 'stock',
    payload: { sku: 'tea' },
  })
  const heard = await hear(peer)
  expect(heard).toMatchObject({ event_type: 'stock.item.sold', source_system: 'stock', data: { sku: 'tea' } })
  expect((await client.get(`/events/${heard.event_id}`)).body).toEqual(heard)
})

test('a watcher hears only what it asked for', async () => {
  const { url } = await collectorForTest()
  const client = new Client(url)
  const peers = await Promise.all([
    watcher(url, 'source_system=shop'),
    watcher(url, 'event_type=cache_hit'),
    watcher(url, 'severity=error'),
  ])
  await client.post('/events/batch', [
    event(1, { source_system: 'shop' }),
    event(2, { event_type: 'cache_hit', severity: 'debug' }),
    event(3, { severity: 'warning' }),
    event(4, { severity: 'critical' }),
    event(5, { source_system: 'shop', event_type: 'cache_hit', severity: 'error' }),
  ])
  const heard = await Promise.all(peers.map(async (peer) => [await hear(peer), await hear(peer)]))
  expect(heard.map((events) => events.map(({ data }) => data.n))).toEqual([
    [1, 5],
    [2, 5],
    [4, 5],
  ])
})

test('health and the bus count the watchers that there are, and what they took', async () => {
  const { url } = await collectorForTest()
  const client = new Client(url)
  const consumers = async () => (await client.get('/api/v1/messagebus/status')).body.active_consumers
  const sockets = async () => (await client.get('/health')).body.collector.active_websockets
  expect([await consumers(), await sockets()]).toEqual([0, 0])
  const peer = await watcher(url)
  await eventually(async () => (await consumers()) === 1 && (await sockets()) === 1)
  await client.post('/events', event(1))
  await hear(peer)
  const { queues } = await eventually(async () => {
    const { body } = await client.get('/api/v1/messagebus/queues')
    return body.queues[0]?.sent === 1 && body
  })
  expect(queues).toEqual([{ name: 'websocket-1', messages: 0, sent: 1 }])
  peer.process.kill()
  await eventually(async () => (await consumers()) === 0 && (await sockets()) === 0)
  expect((await client.get('/api/v1/messagebus/queues')).body.queues).toEqual([])
})

test('a slow watcher makes events wait, not memory grow, and gets them all', async () => {
  const hub = await collectorForTest()
  const peer = await watcher(hub.url)
  peer.say('pause')
  expect(await peer.hear()).toBe('paused')
  const big = 'x'.repeat(50_000)
  for (let n = 0; n < 400; n++) await hub.post('/events', event(n, { data: { n, big } }))
  const { body } = await hub.get('/api/v1/messagebus/queues')
  expect(body.queues[0].messages).toBeGreaterThan(50)
  expect(body.queues[0].sent).toBeLessThan(350)
  peer.say('go')
  for (let n = 0; n < 400; n++) expect((await hear(peer)).data.n).toBe(n)
  await eventually(async () => (await hub.get('/api/v1/messagebus/queues')).body.queues[0].messages === 0)
})

test.each([
  ['another site', '', { Origin: 'http://evil.example' }, 'refused 403'],
  ['a rebound name', '', { Host: 'evil.example' }, 'refused 40'],
  ['a severity that is none', 'severity=loud', {}, 'refused 400'],
  ['a parameter that is none', 'colour=red', {}, 'refused 400'],
])('%s is refused before the stream begins', async (_what, query, headers, expected) => {
  const { url } = await collectorForTest()
  const peer = new Peer('websocket.py', `${url}/events/stream?${query}`, JSON.stringify(headers))
  expect(await peer.hear()).toMatch(expected)
  // Whoever stays connected all the same is not left hanging.
  await expect(peer.hear()).rejects.toThrow('ended')
})

test('a token reads its own source alone, and its stream ends with it', async () => {
  const hub = await collectorForTest({ tokens: 'admin:*:boss,read:shop:shop-out,ingest:*:all-in' })
  const refused = new Peer('websocket.py', `${hub.url}/events/stream`)
  expect(await refused.hear()).toMatch('refused 401')
  const made = await hub.post(
    '/api/v1/tokens',
    { name: 'w', scope: 'read', source: 'shop' },
    { authorization: 'Bearer boss' },
  )
  const peer = await watcher(hub.url, '', { Authorization: `Bearer ${made.body.secret}` })
  await hub.post('/events/batch', [event(1), event(2, { source_system: 'shop' })], {
    authorization: 'Bearer all-in',
  })
  expect((await hear(peer)).event_id).toBe('e-2')
  const other = new Peer(
    'websocket.py',
    `${hub.url}/events/stream?source_system=akosha`,
    JSON.stringify({ Authorization: 'Bearer shop-out' }),
  )
  expect(await other.hear()).toMatch('refused 403')
  const revoked = await hub.post(
    `/api/v1/tokens/${made.body.id}/revoke`,
    {},
    { authorization: 'Bearer boss' },
  )
  expect(revoked.status).toBe(200)
  expect(await peer.hear()).toBe('closed 1001')
})

test('watchers are told when the collector stops, and one that reads nothing does not hold it up', async () => {
  const hub = await collectorForTest()
  const [peer, deaf] = [await watcher(hub.url), await watcher(hub.url)]
  deaf.say('pause')
  expect(await deaf.hear()).toBe('paused')
  await hub.collector.close()
  expect(await peer.hear()).toBe('closed 1001')
})

test('another upgrade is passed over, and so is one elsewhere', async () => {
  const hub = await collectorForTest()
  const body = JSON.stringify(event(1))
  const { hostname, port } = new URL(hub.url)
  const ask = async (head: string): Promise<string> => {
    const socket = connect(Number(port), hostname)
    socket.write(`${head}\r\nHost: ${hostname}\r\n\r\n${head.startsWith('POST') ? body : ''}`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return answer.toString().split('\r\n', 1)[0]!
  }
  const h2c =
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'
  const json = `Content-Type: application/json\r\nContent-Length: ${body.length}`
  expect(await ask(`POST /events HTTP/1.1\r\n${h2c}\r\n${json}`)).toBe('HTTP/1.1 201 Created')
  const websocket =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13'
  expect(await ask(`GET /health HTTP/1.1\r\n${websocket}`)).toBe('HTTP/1.1 200 OK')
  const plain = await hub.get('/events/stream')
  expect([plain.status, plain.body.error]).toEqual([426, 'upgrade_required'])
})
