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
