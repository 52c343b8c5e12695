import { expect, test } from 'vitest'
import { collectorForTest, type TestCollector } from '../testing/collector.ts'
import { get, raw } from '../testing/raw.ts'

const PATH = '/api/v1/services'

async function statusOf(hub: TestCollector, target: string, ...lines: string[]): Promise<number> {
  return (await raw(hub.collector.port, get(target, ...lines))).status
}

const HOSTS: [string, number][] = [
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
]

test('without tokens the Host must be this machine, by one of its plain names', async () => {
  const hub = await collectorForTest()
  for (const [host, status] of HOSTS) {
    expect([host, await statusOf(hub, PATH, `host: ${host}`)]).toEqual([host, status])
  }
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

const ORIGINS = [
  'http://localhost',
  'http://localhost:3000',
  'https://localhost@evil.example',
  'http://evil.example#localhost',
  'http://[::1]:9',
  'null',
  'file://',
]

test('a page of another origin cannot read, nor upgrade to a socket', async () => {
  const hub = await collectorForTest()
  const { port } = hub.collector
  const host = `host: localhost:${port}`
  const key = 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='
  const upgrade = ['connection: Upgrade, close', 'upgrade: websocket', 'sec-websocket-version: 13', key]
  for (const origin of ORIGINS) {
    expect([origin, await statusOf(hub, PATH, host, `origin: ${origin}`)]).toEqual([origin, 403])
    for (const path of ['/events/stream', '/api/v1/stream']) {
      const asked = [`GET ${path} HTTP/1.1`, host, `origin: ${origin}`, ...upgrade, '', ''].join('\r\n')
      expect([origin, path, (await raw(port, asked)).status]).toEqual([origin, path, 403])
    }
  }
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

const ADDRESSES = [
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
]

test('a token in the address is in no answer and no metric, however it is written', async () => {
  const hub = await collectorForTest({ tokens: `ingest:*:${SECRET},read:*:out` })
  for (const target of ADDRESSES) {
    const { text } = await raw(hub.collector.port, get(target, 'host: localhost'))
    expect(text, target).toMatch(/^HTTP/)
    expect(text, target).not.toContain(SECRET)
  }
  const metrics = await hub.get('/metrics', { authorization: 'Bearer out' })
  expect(metrics.body).toContain('hubline_http_request_duration_seconds_count')
  expect(metrics.body).not.toContain(SECRET)
})
