import { accepted, fullSuccess, must, mustEqual, refused, type Requirement } from '../judge.ts'
import {
  bytesOf,
  ENCODINGS,
  GOOD,
  log,
  metric,
  newTraceId,
  request,
  SIGNALS,
  span,
  type Encoding,
} from '../messages.ts'
import type { Target } from '../target.ts'

const section = 'Answers to what is taken'
const FIRST = '00f067aa0ba902b7'
const LAST = '00f067aa0ba902b8'

export const ANSWERS: Requirement[] = ENCODINGS.flatMap((encoding): Requirement[] => [
  {
    section,
    text: `a full success is an empty response with partial_success unset, in ${encoding}`,
    async check(target) {
      for (const signal of SIGNALS) {
        const answer = await target.export(signal, encoding, request(signal, [GOOD[signal]()]))
        fullSuccess(answer, signal, encoding)
        const text = answer.body.toString().replaceAll(/\s/g, '')
        must(answer, 'an empty response message', text === (encoding === 'json' ? '{}' : ''))
      }
    },
  },
  {
    section,
    text: `an empty request succeeds, in ${encoding}`,
    async check(target) {
      for (const signal of SIGNALS) {
        fullSuccess(await target.export(signal, encoding, {}), signal, encoding)
        fullSuccess(await target.export(signal, encoding, request(signal, [])), signal, encoding)
      }
    },
  },
  {
    section,
    text: `a bad span is counted and explained, and the others are kept, in ${encoding}`,
    async check(target) {
      const traceId = newTraceId()
      const spans = [span({ traceId, spanId: FIRST }), span({ spanId: '' }), span({ traceId, spanId: LAST })]
      const answer = await target.export('traces', encoding, request('traces', spans))
      const partial = accepted(answer, 'traces', encoding)
      must(answer, '1 rejected span and a message', partial?.rejected === 1 && partial.message !== '')
      await keptBoth(target, answer.sent, traceId, 'spans')
    },
  },
  {
    section,
    text: `a bad log record is counted and explained, and the others are kept, in ${encoding}`,
    async check(target) {
      const traceId = newTraceId()
      const records = [
        log({ traceId, spanId: FIRST }),
        log({ traceId: 'abcd' }),
        log({ traceId, spanId: LAST }),
      ]
      const answer = await target.export('logs', encoding, request('logs', records))
      const partial = accepted(answer, 'logs', encoding)
      must(answer, '1 rejected log record and a message', partial?.rejected === 1 && partial.message !== '')
      await keptBoth(target, answer.sent, traceId, 'logs')
    },
  },
  {
    section,
    text: `a metric without data is counted and explained, in ${encoding}`,
    optional: true,
    async check(target) {
      const answer = await target.export(
        'metrics',
        encoding,
        request('metrics', [metric(), { name: 'none' }]),
      )
      const partial = accepted(answer, 'metrics', encoding)
      must(answer, '1 rejected data point and a message', partial?.rejected === 1 && partial.message !== '')
    },
  },
  {
    section,
    text: `rejected metrics are counted in data points, in ${encoding}`,
    optional: true,
    async check(target) {
      const timeUnixNano = '18446744073709551615'
      const bad = metric({ gauge: { dataPoints: [{ timeUnixNano }, { timeUnixNano }] } })
      const answer = await target.export('metrics', encoding, request('metrics', [metric(), bad]))
      const partial = accepted(answer, 'metrics', encoding)
      must(answer, '2 rejected data points and a message', partial?.rejected === 2 && partial.message !== '')
    },
  },
  {
    section,
    text: `text that is not UTF-8 is taken with a warning: none rejected, and a message, in ${encoding}`,
    optional: true,
    async check(target) {
      const traceId = newTraceId()
      const answer = await target.export('traces', encoding, withBrokenText(encoding, traceId))
      const partial = accepted(answer, 'traces', encoding)
      must(answer, '0 rejected and a message', partial?.rejected === 0 && partial.message !== '')
      const { readBack } = target.options
      if (!readBack) return
      const names = (await readBack.trace(traceId))?.spans.map(({ name }) => name)
      mustEqual(answer.sent, 'the mended name', names, ['br\uFFFDken'])
    },
  },
  {
    section,
    text: `a body that cannot be read is a 400, not to be tried again, in ${encoding}`,
    async check(target) {
      const good = bytesOf('traces', encoding, request('traces', [span()]))
      const bodies =
        encoding === 'json' ? ['{"resourceSpans":', '[]', 'null', ''] : ['\xff\xff\xff', '\x0a\x7f']
      for (const body of [...bodies.map((text) => Buffer.from(text, 'latin1')), good.subarray(0, -3)]) {
        refused(await target.export('traces', encoding, body), [400], encoding)
      }
    },
  },
])

async function keptBoth(
  target: Target,
  sent: string,
  traceId: string,
  kind: 'spans' | 'logs',
): Promise<void> {
  const { readBack } = target.options
  if (!readBack) return
  const kept = (await readBack.trace(traceId))?.[kind].map(({ spanId }) => String(spanId)).toSorted()
  mustEqual(sent, 'the others kept, by their span ids', kept, [FIRST, LAST])
}

/** A request in which one byte of a span's name is no UTF-8. */
function withBrokenText(encoding: Encoding, traceId: string): Uint8Array {
  const body = Buffer.from(
    bytesOf('traces', encoding, request('traces', [span({ traceId, name: 'br~ken' })])),
  )
  body[body.indexOf('br~ken') + 2] = 0xff
  return body
}
