import { expect, it } from 'vitest'
import { ByteWriter } from '../bytes/byte-writer.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { Kind } from '../exchange/kinds.ts'
import { isoTime } from '../wire/timestamp.ts'
import { interactionOf, interactionPriority, InteractionWriter } from './interaction.ts'

const envelope = { source: 'sh"op', version: 1, env: 'prüfung', instance: 'one\n' } as const
const interactions = new InteractionWriter(envelope)

function ended(over: object): Exchange {
  const exchange = {
    eventId: '01K9Z3N8Q4M6T2V7X5B1C0D9EF',
    method: 'GET',
    route: '/orders/:id',
    status: 200,
    outcome: 'ok',
    httpVersion: '1.1',
    peer: { encrypted: false },
    startedAt: 1_790_000_000_123.456,
    durationMs: 1.25,
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    correlationId: 'a'.repeat(32),
  }
  return { ...exchange, ...over } as unknown as Exchange
}

it.each([
  {},
  { status: 500, outcome: 'server_error' },
  { status: undefined, outcome: 'aborted', route: undefined },
  { method: 'PURGE', route: '/gr"üße/🙂' },
  { correlationId: 'say "hello" \\o/' },
  { headersSeen: { request: { 'x-a': '"ü"' }, response: {} }, bodySeen: { a: { b: [1] } } },
  ...[0, 0.0004, 0.001, 0.01, 0.1, 1, 9.999, 9.9996, 10.05, 123.456789, 1e9, 1e13, -5].map((durationMs) => ({
    durationMs,
  })),
  ...[0, 1, 999, 1000, 59_999.999, 951_782_400_000].map((startedAt) => ({ startedAt })),
])('writes what JSON.stringify() would: %j', (over) => {
  const exchange = ended(over)
  const { correlationId: correlation_id, traceId: trace_id, spanId: span_id } = exchange
  const written = new ByteWriter()
  const kind = new Kind(exchange)
  for (const seq of [7, 1_000_000]) interactions.write(written.reset(), exchange, kind, seq)
  expect(String(written.finish())).toBe(
    JSON.stringify({
      id: exchange.eventId,
      type: 'InteractionDetected',
      ...envelope,
      occurred_at: new Date(exchange.startedAt + exchange.durationMs).toISOString(),
      payload: interactionOf(exchange),
      seq: 1_000_000,
      priority: interactionPriority(exchange),
      correlation_id,
      trace_id,
      span_id,
    }),
  )
})

it('tells times as Date does, in whatever order they come', () => {
  for (let n = 0; n < 1000; n++) {
    const ms = Math.random() * 4e12
    for (const each of [ms, ms + 1, ms - 1000]) expect(isoTime(each)).toBe(new Date(each).toISOString())
  }
  expect(() => isoTime(Number.NaN)).toThrow(RangeError)
})
