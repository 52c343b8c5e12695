import { describe, expect, test } from 'vitest'
import { href, matchPath, parseRoute } from '../../collector/dashboard/src/app/router.ts'
import { summarise } from '../../collector/dashboard/src/events/summary.ts'
import { ticks } from '../../collector/dashboard/src/format/axis.ts'
import { bytes, count, duration, percent, rate } from '../../collector/dashboard/src/format/numbers.ts'
import { momentsOf } from '../../collector/dashboard/src/pages/trace/moments.ts'
import { beginOf, placeSpans } from '../../collector/dashboard/src/pages/trace/tree.ts'
import type { Span } from '../../collector/dashboard/src/pages/trace/types.ts'

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

test('counts, sizes, rates and shares are short and never say nothing or all of what is not', () => {
  expect([count(9204), count(12_400)]).toEqual(['9,204', '12.4K'])
  expect([bytes(512), bytes(84_200_000), bytes(999_900)]).toEqual(['512 B', '84 MB', '1.0 MB'])
  expect([0, 0.001, 0.42, 9.99, 12.3, 12_400].map(rate)).toEqual([
    '0/s',
    '<0.01/s',
    '0.42/s',
    '10/s',
    '12/s',
    '12.4K/s',
  ])
  expect([0, 0.000_01, 0.0042, 0.0512, 0.314, 0.9998, 0.999_999, 1].map(percent)).toEqual([
    '0%',
    '<0.01%',
    '0.42%',
    '5.1%',
    '31%',
    '99.98%',
    '>99.99%',
    '100%',
  ])
})

test('an axis has round marks', () => {
  expect(ticks(3.72, 5)).toEqual([0, 1, 2, 3])
  expect(ticks(144, 5)).toEqual([0, 50, 100])
  expect(ticks(0.3, 5)).toEqual([0, 0.1, 0.2, 0.3])
  expect(ticks(0, 5)).toEqual([0])
})

test('addresses are read back as they were written', () => {
  const made = href(['service', 'a/b c#%?'], { tab: 'errors', q: 'x=1&y', empty: '', none: undefined })
  const { path, query } = parseRoute(made)
  expect(matchPath('/service/:name', path)).toEqual({ name: 'a/b c#%?' })
  expect([...query]).toEqual([
    ['tab', 'errors'],
    ['q', 'x=1&y'],
  ])
  for (const other of ['', '#', '#else', '#/']) expect(parseRoute(other).path).toBe('/')
  expect(matchPath('/service/:name', '/service/%')).toBeUndefined()
  expect(matchPath('/service/:name', '/service/')).toBeUndefined()
  expect(matchPath('/live', '/live/x')).toBeUndefined()
})

describe('an event on one line', () => {
  const line = (type: string, payload: Record<string, unknown>) => {
    const { text, facts } = summarise(type, payload)
    return [text, ...facts.map(({ text }) => text)].join(' | ')
  }

  test.each([
    ['DeploySignal', { version: '1.4.0', commit: 'a1b2' }, 'version 1.4.0 | commit=a1b2'],
    ['DeploySignal', { commit: 'a1b2' }, '{"commit":"a1b2"}'],
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
      version: 1,
      received_at: new Date(12).toISOString(),
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
      counts: { spans: 1, errors: 0, logs: 1, events: 1 },
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
