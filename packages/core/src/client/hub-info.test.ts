import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { count, world } from './test-receiver.ts'

const json = { 'content-type': 'application/json' }
const say = (response: ServerResponse, body: object) =>
  void response.writeHead(200, json).end(JSON.stringify(body))
const COLLECTOR = { name: 'hubline', product: 'hubline', otlp: { logs: '/v1/logs', metrics: '/v1/metrics' } }

it.each<[what: string, answer: (response: ServerResponse) => void]>([
  ['a 404', (response) => response.writeHead(404).end()],
  ['a 401', (response) => response.writeHead(401).end()],
  ['a 403', (response) => response.writeHead(403).end()],
  ['a page', (response) => response.writeHead(200).end('<html>Welcome</html>')],
  ['JSON of somebody', (response) => say(response, { message: 'hello' })],
])(
  'asks again after %s, says so once, and loses nothing',
  async (_, wrong) => {
    let there = false
    const { asked, warnings, open } = await world(({ url }, response, lines) => {
      if (url!.endsWith('/events')) say(response, { accepted: lines.length })
      else if (!url!.endsWith('/info')) response.writeHead(200).end()
      else if (there) say(response, COLLECTOR)
      else wrong(response)
    })
    const hub = open()
    hub.heartbeat()
    await vi.waitFor(() => expect(count(asked, '/info')).toBeGreaterThan(1), 20_000)
    expect(hub.stats()).toMatchObject({
      events: { delivered: 1 },
      logs: { delivered: 0, queued: 1, breaker: 'closed' },
    })
    there = true
    await vi.waitFor(() => expect(hub.stats().logs).toMatchObject({ delivered: 1, dropped: {} }), 15_000)
    const times = count(asked, '/info')
    hub.heartbeat()
    await vi.waitFor(() => expect(hub.stats().logs).toMatchObject({ delivered: 2 }), 15_000)
    expect(count(asked, '/info')).toBe(times)
    const complaints = warnings.filter((line) => line.includes('logs are not delivered'))
    expect(complaints).toEqual([expect.stringContaining('/api/v1/hub/info answered')])
  },
  30_000,
)

it('exports nothing to a hub that says that it takes no OTLP, and does not ask again', async () => {
  const { asked, warnings, open } = await world(({ url }, response, lines) => {
    say(
      response,
      url!.endsWith('/info') ? { name: 'hubline', product: 'hubline' } : { accepted: lines.length },
    )
  })
  const hub = open()
  hub.heartbeat()
  await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ delivered: 1 }), 15_000)
  await vi.waitFor(() => expect(hub.stats().logs).toMatchObject({ accepted: 0, queued: 0 }), 15_000)
  expect([count(asked, '/info'), warnings]).toEqual([1, []])
})

it('takes the word of who configured it that an original server has nothing to say', async () => {
  const { asked, warnings, open } = await world(
    ({ url }, response) => {
      if (url!.endsWith('/info')) response.writeHead(404).end()
      else response.writeHead(201, json).end('{"collected":1}')
    },
    { dialect: 'ecosystem' },
  )
  const hub = open()
  hub.heartbeat()
  await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ delivered: 1 }), 15_000)
  await vi.waitFor(() => expect(hub.stats().logs).toMatchObject({ accepted: 0, queued: 0 }), 15_000)
  expect([count(asked, '/info') > 0, warnings]).toEqual([true, []])
})

it('gives its token to the hub, and not to another origin that the hub names', async () => {
  const seen: [string, string | undefined][] = []
  const other = createServer((request, response) => {
    seen.push([`other ${request.url}`, request.headers.authorization])
    request.resume().on('end', () => response.end())
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.closeAllConnections()
    other.close()
  })
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const token = crypto.randomUUID()
  const { open } = await world(
    ({ url, headers }, response, lines) => {
      seen.push([url!, headers.authorization])
      const otlp = { logs: `${elsewhere}/v1/logs`, metrics: '/v1/metrics' }
      say(response, url!.endsWith('/info') ? { ...COLLECTOR, otlp } : { accepted: lines.length })
    },
    { token },
  )
  const hub = open()
  hub.heartbeat()
  await hub.flush()
  const bearer = `Bearer ${token}`
  expect(Object.fromEntries(seen)).toMatchObject({
    '/api/v1/hub/info': bearer,
    '/api/v1/hub/events': bearer,
    '/v1/metrics': bearer,
  })
  expect(seen.filter(([where]) => where.startsWith('other'))).toEqual([['other /v1/logs', undefined]])
})
