import type { ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { expect, it, onTestFinished, vi } from 'vitest'
import { count, world } from './test-receiver.ts'

const json = { 'content-type': 'application/json' }

it('reads an answer that rejects every event of a large batch at length', async () => {
  const { open } = await world(
    (_request, response, lines) => {
      const rejected = lines.slice(0, 300).map((_, index) => ({ index, message: 'x'.repeat(1024) }))
      response
        .writeHead(200, json)
        .end(JSON.stringify({ accepted: lines.length - rejected.length, rejected }))
    },
    { dialect: 'hubline' },
  )
  const hub = open()
  for (let n = 0; n < 302; n++) hub.event('shop.thing.done')
  await vi.waitFor(
    () => expect(hub.stats().events).toMatchObject({ delivered: 2, queued: 0, dropped: { rejected: 300 } }),
    15_000,
  )
})

it.each<[what: string, answer: (response: ServerResponse) => void]>([
  [
    'an endless answer',
    (response) => response.writeHead(200, json).end(`{"accepted":1,"x":"${'x'.repeat(3e5)}"}`),
  ],
  ['half an answer', (response) => response.writeHead(200, json).end('{"accepted":1,"rej')],
  ['the page of a captive portal', (response) => response.writeHead(200).end('<html>Welcome</html>')],
  ['an empty success', (response) => response.writeHead(204).end()],
])('does not take %s for a success of a hub', async (_, bad) => {
  let times = 0
  const { asked, warnings, open } = await world(
    (_request, response) => {
      if (times++ === 0) bad(response)
      else response.writeHead(200, json).end('{"accepted":1}')
    },
    { dialect: 'hubline' },
  )
  const hub = open()
  hub.event('shop.thing.done')
  await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ delivered: 1, dropped: {} }), 15_000)
  expect(count(asked, '/events')).toBe(2)
  expect(warnings[0]).toMatch(/hub events are not delivered: 20[04] with an answer that is/)
})

it('counts what a success in part says was rejected, and says why', async () => {
  const partial = new BinaryWriter().tag(1, WireType.Varint).int64(2).tag(2, WireType.LengthDelimited)
  const answer = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .bytes(partial.string('the name is too long').finish())
    .finish()
  const { warnings, open, origin } = await world((request, response) => {
    if (request.url === '/v1/logs')
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(answer)
    else
      response.writeHead(200, json).end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}')
  })
  const hub = open({}, { HUB_API_URL: '', OTEL_EXPORTER_OTLP_ENDPOINT: origin })
  for (let n = 0; n < 5; n++) hub.heartbeat()
  await vi.waitFor(
    () => expect(hub.stats().logs).toMatchObject({ delivered: 3, dropped: { rejected: 2 } }),
    15_000,
  )
  expect(warnings).toContain('[HUB] 2 OTLP logs were refused: the name is too long')
})

it.each([
  [400, 'refused'],
  [408, 'refused'],
  [429, 'again'],
  [500, 'refused'],
  [501, 'refused'],
  [502, 'again'],
  [503, 'again'],
  [504, 'again'],
])('after a %i to an export: %s', async (status, then) => {
  let times = 0
  const { open, origin, asked } = await world((request, response) => {
    if (request.url !== '/v1/logs') return void response.writeHead(200, json).end('{"accepted":1}')
    response.writeHead(times++ === 0 ? status : 200).end()
  })
  const hub = open({ dialect: 'hubline' }, { OTEL_EXPORTER_OTLP_ENDPOINT: origin })
  hub.heartbeat()
  const [delivered, rejected] = then === 'again' ? [1, {}] : [0, { rejected: 1 }]
  await vi.waitFor(() => expect(hub.stats().logs).toMatchObject({ delivered, dropped: rejected }), 15_000)
  expect(count(asked, '/v1/logs')).toBe(then === 'again' ? 2 : 1)
})

it.each([400, 401, 422])('never repeats events that a hub answered with %i', async (status) => {
  const { open, asked } = await world((_request, response) => void response.writeHead(status).end(), {
    dialect: 'hubline',
  })
  const hub = open()
  hub.event('shop.thing.done')
  await vi.waitFor(
    () => expect(hub.stats().events).toMatchObject({ queued: 0, dropped: { rejected: 1 } }),
    15_000,
  )
  expect([count(asked, '/events'), hub.stats().events!.retries]).toEqual([1, 0])
})

it('publishes what was rejected of the events of a process that is gone', async () => {
  const spoolDir = await mkdtemp(join(tmpdir(), 'answers-'))
  onTestFinished(() => rm(spoolDir, { recursive: true, force: true }))
  let status = 503
  const said: string[] = []
  const { open } = await world(
    ({ url }, response, lines) => {
      if (url!.endsWith('/events')) said.push(...lines)
      response.writeHead(status, json).end(status === 200 ? `{"accepted":${lines.length}}` : '')
    },
    { dialect: 'hubline', spoolDir },
  )
  const first = open({ maxRetries: 0 })
  first.event('shop.thing.done')
  await first.close(100)
  expect(first.stats().events).toMatchObject({ spooled: 1 })
  status = 422
  const second = open()
  await vi.waitFor(
    () => expect(second.stats().spool).toMatchObject({ recovered: 0, inherited_dropped: { rejected: 1 } }),
    15_000,
  )
  status = 200
  second.heartbeat()
  await second.flush()
  const beat = said.map((line) => JSON.parse(line)).find(({ type }) => type === 'AgentHeartbeat')
  expect(beat.payload.spool).toMatchObject({ inherited_dropped: { rejected: 1 } })
})
