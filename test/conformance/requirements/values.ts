import { fullSuccess, mustEqual, Unmet, type Requirement } from '../judge.ts'
import {
  ENCODINGS,
  literal,
  log,
  MEDIA_TYPES,
  metric,
  newSpanId,
  newTraceId,
  request,
  span,
  text,
  type Encoding,
} from '../messages.ts'
import type { Target } from '../target.ts'
import type { Fields } from '../wire.ts'

const section = 'Values'
/** Beyond 2^53, so that a double in between would show. */
const START = '1790000000123456789'
const END = '1790000001987654321'
const LARGE = '9007199254740993'

/** Sends a span; what became of it, where the server can be asked. */
async function sendSpan(
  target: Target,
  encoding: Encoding,
  fields: Fields,
): Promise<{ sent: string; stored: Fields | undefined }> {
  const traceId = newTraceId()
  const answer = await target.export('traces', encoding, request('traces', [span({ traceId, ...fields })]))
  fullSuccess(answer, 'traces', encoding)
  const { readBack } = target.options
  if (!readBack) return { sent: answer.sent, stored: undefined }
  const spans = (await readBack.trace((fields['traceId'] as string | undefined) ?? traceId))?.spans
  if (spans?.length !== 1) throw new Unmet(answer.sent, 'one span kept', `${spans?.length ?? 0} spans`)
  return { sent: answer.sent, stored: spans[0] }
}

/** Holds fields of the stored span to what they should be. */
function kept({ sent, stored }: { sent: string; stored: Fields | undefined }, expected: Fields): void {
  if (stored === undefined) return
  for (const [name, value] of Object.entries(expected)) mustEqual(sent, name, stored[name], value)
}

const VALUES: Fields[] = [
  text('text', 'Grüße 🙂'),
  text('none', ''),
  { key: 'empty', value: {} },
  { key: 'no', value: { boolValue: false } },
  { key: 'int', value: { intValue: '-5' } },
  { key: 'large', value: { intValue: LARGE } },
  { key: 'double', value: { doubleValue: 0.5 } },
  { key: 'bytes', value: { bytesValue: 'AAH/' } },
  {
    key: 'mixed',
    value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, { boolValue: true }, {}] } },
  },
  {
    key: 'nested',
    value: { kvlistValue: { values: [{ key: 'a', value: { kvlistValue: { values: [text('b', 'c')] } } }] } },
  },
  { key: 'empty list', value: { arrayValue: {} } },
  { key: 'empty map', value: { kvlistValue: {} } },
]
const PLAIN = {
  text: 'Grüße 🙂',
  none: '',
  empty: null,
  no: false,
  int: -5,
  large: LARGE,
  double: 0.5,
  bytes: 'AAH/',
  mixed: ['a', 1, true, null],
  nested: { a: { b: 'c' } },
  'empty list': [],
  'empty map': {},
}

const at = { startTimeUnixNano: START, timeUnixNano: END, attributes: [text('region', 'eu')] }
const exemplars = [{ timeUnixNano: START, asInt: '7', traceId: newTraceId(), spanId: newSpanId() }]
const distribution = { ...at, count: '3', sum: 5.55, min: 0.05, max: 5, exemplars }
const NOTHING_RECORDED = 1

/** One of each type, in both temporalities where it has one, with exemplars, and one point that recorded nothing. */
const METRICS: Fields[] = [
  metric({ name: 'g', gauge: { dataPoints: [{ ...at, asDouble: -1.5, exemplars }] } }),
  metric({ name: 'n', gauge: { dataPoints: [{ ...at, flags: NOTHING_RECORDED }] } }),
  ...[1, 2].flatMap((aggregationTemporality) => [
    {
      name: 's',
      sum: { aggregationTemporality, isMonotonic: true, dataPoints: [{ ...at, asInt: LARGE, exemplars }] },
    },
    {
      name: 'h',
      histogram: {
        aggregationTemporality,
        dataPoints: [{ ...distribution, bucketCounts: ['1', '1', '1'], explicitBounds: [0.1, 1] }],
      },
    },
    {
      name: 'e',
      exponentialHistogram: {
        aggregationTemporality,
        dataPoints: [
          {
            ...distribution,
            scale: -1,
            zeroCount: '1',
            zeroThreshold: 0.01,
            positive: { offset: -2, bucketCounts: ['1', '1'] },
            negative: {},
          },
        ],
      },
    },
  ]),
  {
    name: 'q',
    summary: {
      dataPoints: [{ ...at, count: '3', sum: 5.5, quantileValues: [{ quantile: 0.99, value: 5 }] }],
    },
  },
]

const BOTH: Requirement[] = ENCODINGS.flatMap((encoding): Requirement[] => [
  {
    section,
    text: `64-bit nanoseconds are exact, in ${encoding}`,
    async check(target) {
      const result = await sendSpan(target, encoding, { startTimeUnixNano: START, endTimeUnixNano: END })
      kept(result, { startTimeUnixNano: START, endTimeUnixNano: END })
    },
  },
  {
    section,
    text: `attribute values of every kind: empty, bytes, mixed arrays, nested lists, in ${encoding}`,
    async check(target) {
      kept(await sendSpan(target, encoding, { attributes: VALUES }), { attributes: PLAIN })
    },
  },
  {
    section,
    text: `zero values are absent: kind, status code, severity, in ${encoding}`,
    async check(target) {
      const bare = { traceId: newTraceId(), spanId: newSpanId() }
      const answer = await target.export('traces', encoding, request('traces', [bare]))
      fullSuccess(answer, 'traces', encoding)
      fullSuccess(await target.export('logs', encoding, request('logs', [{ ...bare }])), 'logs', encoding)
      const { readBack } = target.options
      if (!readBack) return
      const { spans = [], logs = [] } = (await readBack.trace(bare.traceId)) ?? {}
      const status = spans[0]?.['status'] as Fields | undefined
      mustEqual(
        answer.sent,
        'kind and status',
        [spans[0]?.['kind'], status?.['code']],
        ['unspecified', 'unset'],
      )
      mustEqual(answer.sent, 'severity', logs[0]?.['severityNumber'], 0)
    },
  },
  {
    section,
    text: `every type of metric is taken: both temporalities, exemplars, flags, in ${encoding}`,
    async check(target) {
      fullSuccess(await target.export('metrics', encoding, request('metrics', METRICS)), 'metrics', encoding)
    },
  },
  {
    section,
    text: `a log body may be of every kind, or none, in ${encoding}`,
    async check(target) {
      const bodies = [...VALUES.map(({ value }) => ({ body: value })), { body: undefined }]
      const records = bodies.map((body) => log(body))
      fullSuccess(await target.export('logs', encoding, request('logs', records)), 'logs', encoding)
    },
  },
])

const JSON_ONLY: Requirement[] = [
  {
    section: 'JSON',
    text: 'ids are hex of either case',
    async check(target) {
      const ids = { traceId: newTraceId(), spanId: newSpanId(), parentSpanId: newSpanId() }
      const upper = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, id.toUpperCase()]))
      kept(await sendSpan(target, 'json', { ...upper, traceId: ids.traceId.toUpperCase() }), ids)
      const mixed = newTraceId().replaceAll('a', 'A')
      kept(await sendSpan(target, 'json', { traceId: mixed }), { traceId: mixed.toLowerCase() })
    },
  },
  {
    section: 'JSON',
    text: 'ids are not base64',
    async check(target) {
      const traceId = Buffer.from(newTraceId(), 'hex').toString('base64')
      const answer = await target.export('traces', 'json', request('traces', [span({ traceId })]))
      // Taken apart it has another length than an id: the item is rejected, or the request.
      if (answer.status === 400) return
      const body = answer.body.toString()
      const rejected = /"rejectedSpans"\s*:\s*"?1\b/.test(body)
      if (!rejected)
        throw new Unmet(answer.sent, 'the span rejected', `${answer.status} ${body.slice(0, 200)}`)
    },
  },
  {
    section: 'JSON',
    text: 'enums are integers',
    async check(target) {
      const result = await sendSpan(target, 'json', { kind: 3, status: { code: 2, message: 'boom' } })
      kept(result, { kind: 'client', status: { code: 'error', message: 'boom' } })
    },
  },
  {
    section: 'JSON',
    text: 'unknown fields are ignored at every level',
    async check(target) {
      const extra = { neverHeardOf: { a: [1, { b: null }] } }
      const value = { stringValue: 'x', ...extra }
      const one = span({
        attributes: [{ key: 'k', value, ...extra }],
        status: { code: 1, ...extra },
        ...extra,
      })
      const scopeSpans = [{ scope: { name: 's', ...extra }, spans: [one], ...extra }]
      const body = {
        resourceSpans: [{ resource: { attributes: [], ...extra }, scopeSpans, ...extra }],
        ...extra,
      }
      fullSuccess(await target.export('traces', 'json', body), 'traces', 'json')
    },
  },
  {
    section: 'JSON',
    text: '64-bit integers are strings or numbers, both exact',
    async check(target) {
      for (const write of [String, literal]) {
        const times = { startTimeUnixNano: write(START), endTimeUnixNano: write(END) }
        const attributes = [{ key: 'n', value: { intValue: write(LARGE) } }]
        const result = await sendSpan(target, 'json', { ...times, attributes })
        kept(result, { startTimeUnixNano: START, endTimeUnixNano: END, attributes: { n: LARGE } })
      }
    },
  },
  {
    section: 'JSON',
    text: 'null stands for absent',
    async check(target) {
      kept(
        await sendSpan(target, 'json', { parentSpanId: null, attributes: null, status: null, links: null }),
        {
          parentSpanId: null,
          attributes: {},
        },
      )
    },
  },
  {
    section: 'JSON',
    text: 'a body may be sent in chunks without its length',
    async check(target) {
      const body = Buffer.from(JSON.stringify(request('traces', [span()])))
      const headers = {
        'content-type': MEDIA_TYPES.json,
        'content-length': null,
        'transfer-encoding': 'chunked',
      }
      fullSuccess(await target.ask({ path: '/v1/traces', headers, body }), 'traces', 'json')
    },
  },
]

export const VALUE_RULES: Requirement[] = [...BOTH, ...JSON_ONLY]
