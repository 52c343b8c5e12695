import { isUlid } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'

const HUB = '/api/v1/hub'
const NOON = Date.UTC(2026, 0, 31, 12)
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const TOKENS = 'ingest:*:writer,read:*:reader,ingest:shop:shop-writer,read:shop:shop-reader,admin:*:admin'

async function guarded(): Promise<TestCollector> {
  const hub = await collectorForTest({ tokens: TOKENS })
  await hub.events([event({ id: 'a' }), event({ id: 'b', source: 'mail' })], bearer('writer'))
  return hub
}

test('a token of the other scope is refused in the words that its user knows', async () => {
  const hub = await guarded()
  const reading = await hub.get(`${HUB}/events`, bearer('writer'))
  expect([reading.status, reading.body]).toEqual([
    403,
    {
      error: 'insufficient_permissions',
      message: 'this needs the scope "read" (hub:read), the token has "ingest" (hub:write)',
    },
  ])
  const writing = await hub.events(event(), bearer('reader'))
  expect([writing.status, writing.body]).toEqual([
    403,
    {
      error: 'insufficient_permissions',
      message: 'this needs the scope "ingest" (hub:write), the token has "read" (hub:read)',
    },
  ])
  for (const path of ['events', 'events/a', 'stats', 'stream', 'sources']) {
    expect((await hub.get(`${HUB}/${path}`, bearer('writer'))).status).toBe(403)
    expect((await hub.get(`${HUB}/${path}`)).status).toBe(401)
  }
  expect((await hub.get(`${HUB}/events`, bearer('admin'))).status).toBe(200)
})

test('a token speaks and reads for its own source alone', async () => {
  const hub = await guarded()
  const foreign = await hub.events(event({ source: 'mail' }), bearer('shop-writer'))
  expect([foreign.status, foreign.body]).toEqual([
    403,
    {
      error: 'source_mismatch',
      message: 'the token is bound to the source "shop", the event says "mail"',
    },
  ])
  const own = bearer('shop-reader')
  const ids = async (query: string) =>
    (await hub.get(`${HUB}/events${query}`, own)).body.data.map(({ id }: Json) => id)
  expect(await ids('')).toEqual(['a'])
  expect(await ids('?source=shop')).toEqual(['a'])
  const other = await hub.get(`${HUB}/events?source=mail`, own)
  expect([other.status, other.body.error]).toEqual([403, 'source_mismatch'])
  expect((await hub.get(`${HUB}/events/a`, own)).body.id).toBe('a')
  expect((await hub.get(`${HUB}/events/b`, own)).status).toBe(404)
  expect((await hub.get(`${HUB}/sources`, own)).body.data.map(({ id }: Json) => id)).toEqual(['shop'])
})

test('one event that is wrong is told field by field, as Laravel does', async () => {
  const hub = await collectorForTest()
  const { status, body } = await hub.events({
    type: '',
    source: 's'.repeat(101),
    payload: 'text',
    version: 256,
  })
  expect(status).toBe(422)
  expect(typeof body.message).toBe('string')
  expect(Object.keys(body.errors).toSorted()).toEqual(['occurred_at', 'payload', 'source', 'type', 'version'])
  for (const messages of Object.values<string[]>(body.errors)) {
    expect(messages.length).toBeGreaterThan(0)
    for (const message of messages) expect(typeof message).toBe('string')
  }
  expect((await hub.events(event({ source: 's'.repeat(100), version: 255 }))).status).toBe(201)
})

test('whoever sends too fast is told to come again', async () => {
  const hub = await collectorForTest({ rate: '2/m' })
  for (const id of ['a', 'b']) expect((await hub.events(event({ id }))).status).toBe(201)
  const { status, headers, body } = await hub.events(event())
  expect([status, body.error, typeof body.message]).toEqual([429, 'too_many_requests', 'string'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a list is oldest first, 50 to a page, with all that the contract names', async () => {
  const hub = await collectorForTest({ clock: () => NOON })
  const sent = Array.from({ length: 60 }, (_, n) =>
    event({ type: 'DeploySignal', source: n % 2 === 0 ? 'shop' : 'mail', payload: { n } }),
  )
  for (const each of sent)
    expect((await hub.events({ ...each, occurred_at: '2026-01-31T12:00:00+01:00' })).status).toBe(201)
  const first = (await hub.get(`${HUB}/events?since=2026-01-31`)).body
  expect(first.data.map(({ payload }: Json) => payload.n)).toEqual([...Array(50).keys()])
  expect(first.data[0]).toMatchObject({
    type: 'DeploySignal',
    version: 1,
    source: 'shop',
    occurred_at: '2026-01-31T11:00:00.000Z',
    payload: { n: 0 },
  })
  expect([isUlid(first.data[0].id), isUlid(first.next_cursor), first.has_more]).toEqual([true, true, true])
  const rest = (await hub.get(`${HUB}/events?since=2026-01-31&cursor=${first.next_cursor}&limit=200`)).body
  expect([rest.data.length, rest.has_more]).toEqual([10, false])
  const mail = (await hub.get(`${HUB}/events?source=mail&limit=200`)).body
  expect(mail.data.length).toBe(30)
  expect((await hub.get(`${HUB}/events?since=2026-02-01`)).body.data).toEqual([])
})

test('the hub says what it is, that it lives, and whose events it has', async () => {
  let now = NOON
  const hub = await collectorForTest({ clock: () => now, grpcPort: 0 })
  await hub.events([
    event({ type: 'AgentHeartbeat', payload: { status: 'healthy' } }),
    event({ source: 'mail' }),
  ])
  now += 90_500
  const info = (await hub.get(`${HUB}/info`)).body
  expect(info).toMatchObject({ name: 'hubline', uptime_seconds: 90, time: '2026-01-31T12:01:30.500Z' })
  expect([typeof info.env, typeof info.version]).toEqual(['string', 'string'])
  expect(info.otlp.grpc_port).toBe(hub.collector.grpcPort)
  expect((await hub.get(`${HUB}/heartbeat`)).body).toEqual({ ok: true, at: '2026-01-31T12:01:30.500Z' })
  const { data } = (await hub.get(`${HUB}/sources`)).body
  expect(data).toEqual([
    { id: 'mail', type: 'service', status: expect.any(String) },
    { id: 'shop', type: 'service', status: 'up' },
  ])
})

test('without gRPC no port is named', async () => {
  const hub = await collectorForTest()
  expect((await hub.get(`${HUB}/info`)).body.otlp).not.toHaveProperty('grpc_port')
})
