import { expect, test } from 'vitest'
import { collectorForTest, type TestCollector } from '../testing/collector.ts'
import { get, raw } from '../testing/raw.ts'

const PATH = '/api/v1/services'

async function statusOf(hub: TestCollector, target: string, ...lines: string[]): Promise<number> {
  return (await raw(hub.collector.port, get(target, ...lines))).status
}

test.each([
  ['localhost', 200],
  ['LOCALHOST:80', 200],
  ['127.0.0.1', 200],
  ['127.9.9.9:1', 200],
  ['[::1]', 200],
  ['[::1]:4318', 200],
  ['localhost.', 403],
  ['127.0.0.1.', 403],
  ['127.1', 403],
  ['0x7f000001', 403],
  ['2130706433', 403],
  ['[::ffff:127.0.0.1]', 403],
  ['[::1%25lo]', 403],
  ['::1', 403],
  ['localhost:4318:80', 403],
  ['localhost:port', 403],
  ['localhost@evil.example', 403],
  ['evil.example@localhost', 403],
  ['localhost, evil.example', 403],
  ['localhost#evil.example', 403],
  ['localhost\\evil.example', 403],
  ['localhost.evil.example', 403],
  ['xn--lcalhost-9za', 403],
  ['evil.example', 403],
])('without tokens the Host %j is answered with %d', async (host, status) => {
  const hub = await collectorForTest()
  expect(await statusOf(hub, PATH, `host: ${host}`)).toBe(status)
})

test('no Host, an empty one and several are refused', async () => {
  const hub = await collectorForTest()
  expect(await statusOf(hub, PATH)).toBe(400)
  expect(await statusOf(hub, PATH, 'host:')).toBe(403)
  for (const hosts of [
    ['localhost', 'evil.example'],
    ['evil.example', 'localhost'],
    ['localhost', 'localhost'],
  ]) {
    expect(await statusOf(hub, PATH, ...hosts.map((host) => `Host: ${host}`)), hosts.join()).toBe(400)
  }
})

test('a target with an authority of its own is for proxies', async () => {
  const hub = await collectorForTest()
  for (const target of [
    `http://evil.example${PATH}`,
    `http://localhost${PATH}`,
    `https://localhost@evil.example${PATH}`,
    `HTTP://localhost${PATH}`,
  ]) {
    const { status, text } = await raw(hub.collector.port, get(target, 'host: localhost'))
    expect([status, text], target).toEqual([400, expect.stringContaining('this is no proxy')])
  }
  expect(await statusOf(hub, `//evil.example${PATH}`, 'host: localhost')).toBe(404)
  const tunnel = 'CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost\r\n\r\n'
  expect((await raw(hub.collector.port, tunnel)).status).toBe(0)
})

test.each([
  ['http://localhost', 403],
  ['http://localhost:3000', 403],
  ['https://localhost@evil.example', 403],
  ['http://evil.example#localhost', 403],
  ['http://[::1]:9', 403],
  ['null', 403],
  ['file://', 403],
])('a page of %j cannot read, nor upgrade to a socket', async (origin, status) => {
  const hub = await collectorForTest()
  const host = `host: localhost:${hub.collector.port}`
  expect(await statusOf(hub, PATH, host, `origin: ${origin}`)).toBe(status)
  const upgrade = [
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  const lines = [host, `origin: ${origin}`, ...upgrade]
  const asked = [`GET /api/v1/stream HTTP/1.1`, 'connection: Upgrade', ...lines, '', ''].join('\r\n')
  const socket = await raw(
    hub.collector.port,
    asked.replace('connection: Upgrade', 'connection: Upgrade, close'),
  )
  expect(socket.status).toBe(status)
})

test('a page of the same host and another port is another page', async () => {
  const hub = await collectorForTest({ tokens: 'read:*:out' })
  const { port } = hub.collector
  const host = `host: localhost:${port}`
  const bearer = 'authorization: Bearer out'
  expect(await statusOf(hub, PATH, host, bearer, `origin: http://localhost:${port}`)).toBe(200)
  expect(await statusOf(hub, PATH, host, bearer, `origin: http://localhost:${port + 1}`)).toBe(403)
  expect(await statusOf(hub, PATH, host, bearer, 'sec-fetch-site: same-site')).toBe(403)
  expect(await statusOf(hub, PATH, host, bearer, 'sec-fetch-site: same-origin')).toBe(200)
})

const SECRET = 'path-s3cret'

test.each([
  `/t/${SECRET}`,
  `/t/${SECRET}/`,
  `/t/${SECRET}?x`,
  `/t/${SECRET}/nothing`,
  `/t/${SECRET}/%zz`,
  `/t/${SECRET}%zz/x`,
  `/t/${SECRET}/t/${SECRET}/x`,
  `/T/${SECRET}/x`,
  `/%74/${SECRET}/x`,
  `//t/${SECRET}/x`,
  `/t//${SECRET}/x`,
  `/%2ft%2f${SECRET}/%zz`,
  `http://localhost/t/${SECRET}/x`,
  `/t/${SECRET}/api/v1/hub/events/${'x'.repeat(300)}`,
  `/t/${SECRET}/${'x'.repeat(9000)}`,
])('a token in the address %s is in no answer and no metric', async (target) => {
  const hub = await collectorForTest({ tokens: `ingest:*:${SECRET},read:*:out` })
  const { text } = await raw(hub.collector.port, get(target, 'host: localhost'))
  expect(text).toMatch(/^HTTP/)
  expect(text).not.toContain(SECRET)
  const metrics = await hub.get('/metrics', { authorization: 'Bearer out' })
  expect(metrics.body).toContain('hubline_http_request_duration_seconds')
  expect(metrics.body).not.toContain(SECRET)
})
