import { expect, it } from 'vitest'
import { BoundedQueue } from '../client/queue.ts'
import type { Envelope } from '../events/envelope.ts'
import { InteractionEvent } from '../events/interaction.ts'
import type { HubOptions } from '../config/options.ts'
import { ServerSpan } from '../otel/server-span.ts'
import { currentExchange } from '../context/store.ts'
import type { Exchange } from './exchange.ts'
import { watch } from './test-server.ts'

/** The exchange of one request, ended. */
async function exchangeOf(
  path: string,
  headers: Record<string, string> = {},
  options: HubOptions = {},
  during: (exchange: Exchange) => void = () => {},
): Promise<Exchange> {
  let exchange: Exchange | undefined
  const { port, told } = await watch((_req, res) => {
    exchange = currentExchange()
    during(exchange!)
    res.end()
  }, options)
  await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()
  await told()
  return exchange!
}

const envelope = {} as Envelope
const weights = (exchange: Exchange) => [
  new InteractionEvent(exchange, envelope, 1).bytes,
  new ServerSpan(exchange, exchange.hub.redact, true).bytes,
]

const LONG = 7000
const TRACE = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }

it.each<[string, () => Promise<Exchange>, number]>([
  ['a query', () => exchangeOf(`/?q=${'x'.repeat(LONG)}`), LONG],
  ['a user agent', () => exchangeOf('/', { 'user-agent': 'x'.repeat(LONG) }), LONG - 20],
  ['baggage', () => exchangeOf('/', { ...TRACE, baggage: `a=${'x'.repeat(LONG)}` }), LONG],
  ['headers', () => exchangeOf('/', { 'x-a': 'x'.repeat(1000) }, { captureHeaders: ['x-a'] }), 2000],
  [
    'attributes',
    () => exchangeOf('/', {}, {}, (it) => (it.attributes = { a: ['ü'.repeat(LONG)] })),
    2 * LONG,
  ],
  ['a body', () => exchangeOf('/', {}, {}, (it) => (it.bodySeen = { a: { b: 'ü'.repeat(LONG) } })), 2 * LONG],
])('counts %s in the event and in the span', async (_what, make, atLeast) => {
  const [plain, long] = [await exchangeOf('/'), await make()]
  const before = weights(plain)
  for (const [n, bytes] of weights(long).entries()) {
    expect(bytes - before[n]!).toBeGreaterThanOrEqual(atLeast)
    expect(bytes - before[n]!).toBeLessThan(atLeast + 300)
  }
})

it('holds the queue to its bytes, however long what clients send is', async () => {
  const exchange = await exchangeOf(`/?q=${'x'.repeat(LONG)}`, { 'user-agent': 'x'.repeat(LONG) })
  let lost = 0
  const queue = new BoundedQueue<InteractionEvent>(100_000, (count) => (lost += count))
  for (let n = 0; n < 100; n++) queue.push(new InteractionEvent(exchange, envelope, n))
  expect(queue.size).toBeLessThanOrEqual(100_000 / (2 * LONG))
  expect(queue.size + lost).toBe(100)
})
