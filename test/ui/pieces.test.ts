import { describe, expect, test } from 'vitest'
import type { Span } from '../../collector/src/ui/api.ts'
import { ticks } from '../../collector/src/ui/axis.ts'
import { ago, bytes, count, duration } from '../../collector/src/ui/format.ts'
import { momentsOf } from '../../collector/src/ui/moments.ts'
import { parseRoute, serviceHref, traceHref } from '../../collector/src/ui/route.ts'
import { summarise } from '../../collector/src/ui/summary.ts'
import { beginOf, placeSpans } from '../../collector/src/ui/trace-tree.ts'

test.each([
  [0, '0 ms'],
  [0.0421, '0.042 ms'],
  [0.9999, '1 ms'],
  [12.449, '12.4 ms'],
  [99.96, '100 ms'],
  [999.7, '1 s'],
  [1244, '1.24 s'],
  [59_996, '1 min'],
  [125_000, '2 min 5 s'],
  [3 * 3_600_000 + 59_999_99, '4 h 40 min'],
  [-1.5, '−1.5 ms'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('counts, sizes and ages are short', () => {
  expect([count(9204), count(12_400)]).toEqual(['9,204', '12.4K'])
  expect([bytes(512), bytes(84_200_000), bytes(999_900)]).toEqual(['512 B', '84 MB', '1.0 MB'])
  expect([ago(900, 1000), ago(0, 59_000), ago(0, 61_000), ago(5000, 0)]).toEqual([
    'now',
    '59 s ago',
    '1 min ago',
    'now',
  ])
})

test('an axis has round marks', () => {
  expect(ticks(3.72, 5)).toEqual([0, 1, 2, 3])
  expect(ticks(144, 5)).toEqual([0, 50, 100])
  expect(ticks(0.3, 5)).toEqual([0, 0.1, 0.2, 0.3])
  expect(ticks(0, 5)).toEqual([0])
})

test('addresses are read back as they were written', () => {
  const id = 'ab'.repeat(16)
  expect(parseRoute(traceHref(id))).toEqual({ view: 'trace', id })
  expect(parseRoute(serviceHref('a/b c#%'))).toEqual({ view: 'overview', service: 'a/b c#%' })
  for (const other of ['', '#/', '#/trace/x', '#/service/%', '#/else/1']) {
    expect(parseRoute(other)).toEqual({ view: 'overview' })
  }
})

describe('an event on one line', () => {
  const line = (type: string, payload: Record<string, unknown>) => {
    const { text, facts } = summarise(type, payload)
    return [text, ...facts.map(({ text }) => text)].join(' | ')
  }

  test.each([
    [
      'InteractionDetected',
      { action: 'GET /a', outcome: 'client_error', status: 404, duration_ms: 1.25 },
      'GET /a | client error | 404 | 1.25 ms',
    ],
    ['InteractionDetected', { action: 'order_placed', order_id: 7 }, 'order_placed | order_id=7'],
    [
      'ErrorReported',
      { error_type: 'TypeError', message: 'no', route: '/a', method: 'GET', status: 500, handled: false },
      'TypeError: no | GET /a | 500 | not handled',
    ],
    ['LifecycleChanged', { state: 'stopped', reason: 'SIGTERM' }, 'stopped | SIGTERM'],
    [
      'AppRegistered',
      { version: '1.2.3', env: 'production', heartbeat_interval_s: 60 },
      'version 1.2.3 | production | heartbeat every 1 min',
    ],
    [
      'AgentHeartbeat',
      { status: 'healthy', uptime_s: 90, dropped: { queue_full: 3 } },
      'healthy | up 1 min 30 s | 3 dropped',
    ],
    [
      'MetricReported',
      { metric: 'orders', value: 42, unit: 'count', period: '24h' },
      'orders | 42 count | 24h',
    ],
    ['shop.order.placed', { a: 1 }, '{"a":1}'],
    ['constructor', { a: 1 }, '{"a":1}'],
    ['ErrorReported', { message: { a: 1 } }, '{"message":{"a":1}}'],
  ])('%s %j', (type, payload, text) => {
    expect(line(type, payload)).toBe(text)
  })
})

describe('spans of a trace', () => {
  const span = (spanId: string, parentSpanId: string | null, startMs: number): Span => ({
    service: 'shop',
    spanId,
    parentSpanId,
    name: spanId,
    kind: 'server',
    startTimeUnixNano: String(startMs * 1_000_000),
    endTimeUnixNano: String((startMs + 2) * 1_000_000),
    durationMs: 2,
    attributes: {},
    events: [],
    status: { code: 'unset', message: '' },
  })
  const place = (spans: Span[]) =>
    placeSpans(spans, beginOf(spans)!).map(({ span, depth, startMs }) => [span.spanId, depth, startMs])

  test('stand below their parents by start', () => {
    const spans = [
      span('late', 'root', 14),
      span('leaf', 'early', 13),
      span('early', 'root', 12),
      span('root', null, 10),
    ]
    expect(place(spans)).toEqual([
      ['root', 0, 0],
      ['early', 1, 2],
      ['leaf', 2, 3],
      ['late', 1, 4],
    ])
  })

  test('appear once each without a parent, with themselves as one, and in a ring', () => {
    expect(
      place([span('orphan', 'gone', 10), span('self', 'self', 11), span('a', 'b', 12), span('b', 'a', 13)]),
    ).toEqual([
      ['orphan', 0, 0],
      ['self', 0, 1],
      ['a', 0, 2],
      ['b', 1, 3],
    ])
  })

  test('are one with the event and the log that carry the same id', () => {
    const spans = [{ ...span('root', null, 10), attributes: { 'hub.event.id': 'E1' } }]
    const event = {
      id: 'E1',
      type: 'InteractionDetected',
      source: 'shop',
      occurred_at: new Date(12).toISOString(),
      payload: {},
      cursor: '1',
    }
    const log = {
      service: 'shop',
      timeUnixNano: '12500000',
      observedTimeUnixNano: '0',
      severityNumber: 9,
      severityText: '',
      eventName: 'x',
      body: '',
      attributes: { 'hub.event.id': 'E1' },
      spanId: 'root',
    }
    const trace = {
      trace_id: '',
      services: [],
      start: null,
      duration_ms: 2,
      truncated: false,
      spans,
      events: [event],
      logs: [log],
    }
    expect(momentsOf(trace, beginOf(spans)!)).toMatchObject([
      { kinds: ['event', 'span', 'log'], type: 'InteractionDetected' },
    ])
  })
})
