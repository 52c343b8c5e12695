import type { ServerResponse } from 'node:http'
import { expect, it, vi } from 'vitest'
import { world } from './test-receiver.ts'

it('sends one batch after the other over the same connection', async () => {
  const ports = new Set<number | undefined>()
  const { open } = await world(
    ({ url, socket }, response, lines) => {
      if (url!.endsWith('/events')) ports.add(socket.remotePort)
      response.writeHead(200).end(`{"accepted":${lines.length}}`)
    },
    { dialect: 'hubline' },
  )
  const hub = open()
  for (let delivered = 1; delivered <= 5; delivered++) {
    hub.event('shop.thing.done')
    await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ delivered }), 15_000)
  }
  expect(ports.size).toBe(1)
})

it('is unavailable while its circuit is open', async () => {
  const { open } = await world((_request, response) => void response.writeHead(503).end(), {
    dialect: 'hubline',
    maxRetries: 0,
    breakerThreshold: 1,
  })
  const hub = open()
  hub.event('shop.thing.done')
  await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ breaker: 'open' }), 15_000)
  expect(hub.health()).toMatchObject({ status: 'unavailable', circuit_breaker_state: 'open' })
})

it.each([
  ['gzip', 'gzip'],
  ['auto', undefined],
  ['none', undefined],
] as const)('with compression %s sends over loopback with encoding %s', async (compression, encoding) => {
  const encodings: unknown[] = []
  const { open } = await world(
    ({ url, headers }, response) => {
      if (url!.endsWith('/events')) encodings.push(headers['content-encoding'])
      response.writeHead(200).end('{"accepted":1}')
    },
    { dialect: 'hubline', compression },
  )
  const hub = open()
  hub.event('shop.thing.done', { text: 'tea '.repeat(500) })
  await hub.flush()
  expect(encodings).toEqual([encoding])
})

it.each<[what: string, says: string, begin: (response: ServerResponse) => void]>([
  ['no answer', 'no whole answer within 500 ms', () => {}],
  [
    'the head of an answer',
    'no whole answer within 500 ms',
    (response) => response.writeHead(200).flushHeaders(),
  ],
  ['half an answer', 'no whole answer within 500 ms', (response) => response.writeHead(200).write('{"acc')],
  ['a connection that breaks', 'aborted', (response) => void response.write('{', () => response.destroy())],
])('sends again after %s', async (_what, says, begin) => {
  let posts = 0
  const { open, warnings } = await world(
    ({ url }, response, lines) => {
      if (!url!.endsWith('/events')) return void response.writeHead(404).end()
      if (++posts === 1) begin(response)
      else response.writeHead(200).end(`{"accepted":${lines.length}}`)
    },
    { dialect: 'hubline', timeout: 500 },
  )
  const hub = open()
  hub.event('shop.thing.done')
  await vi.waitFor(() => expect(hub.stats().events).toMatchObject({ delivered: 1 }), 15_000)
  expect(posts).toBeGreaterThan(1)
  expect(hub.stats().events).toMatchObject({ accepted: 1, dropped: {} })
  expect(warnings[0]).toContain(says)
})
