import type { IncomingHttpHeaders } from 'node:http'
import { gunzipSync, inflateSync } from 'node:zlib'
import { readSpan } from '../../collector/src/otlp/read.ts'
import { decodeExport } from '../../collector/src/otlp/receive.ts'

export interface Taken {
  path: string
  headers: IncomingHttpHeaders
  /** As it came, perhaps compressed. */
  body: Buffer
}

/** How many requests of the app's were told of: by hub events; and by SERVER spans, traces, transactions, records. */
export interface Told {
  events: number
  spans: number
}

export function countTold(taken: readonly Taken[]): Told {
  const told: Told = { events: 0, spans: 0 }
  for (const each of taken) {
    if (each.path === '/api/v1/hub/events') told.events += interactions(inflated(each).toString())
    else told.spans += spansOf(each)
  }
  return told
}

export function linesIn(body: Buffer): number {
  let lines = 0
  for (let at = body.indexOf(LINE_FEED); at >= 0; at = body.indexOf(LINE_FEED, at + 1)) lines++
  return body.at(-1) === LINE_FEED ? lines : lines + 1
}

const LINE_FEED = 0x0a

/** Lines of JSON. */
function interactions(text: string): number {
  return text.split('"type":"InteractionDetected"').length - 1
}

function spansOf(taken: Taken): number {
  const { path, headers } = taken
  if (path.startsWith('/v1/traces')) return serverSpans(inflated(taken))
  if (path.includes('/traces')) return Number(headers['x-datadog-trace-count'] ?? 0)
  if (path.startsWith('/intake/v2/events')) return transactions(inflated(taken).toString())
  if (path.includes('/envelope')) return envelopeSegments(inflated(taken).toString())
  if (path === '/records') return (JSON.parse(String(taken.body)) as unknown[]).length
  return 0
}

function inflated({ headers, body }: Taken): Buffer {
  const encoding = headers['content-encoding']
  if (encoding === 'gzip') return gunzipSync(body)
  return encoding === 'deflate' ? inflateSync(body) : body
}

/** OTLP. */
function serverSpans(body: Buffer): number {
  const { rows } = decodeExport('traces', 'protobuf', body)
  return rows.filter(({ span }) => readSpan(span).kind === 'server').length
}

/** The intake of Elastic's APM server: lines of JSON. */
function transactions(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('{"transaction"')).length
}

/** Sentry's envelopes: a header and a payload a line for each item, after the header of all. */
function envelopeSegments(text: string): number {
  const lines = text.split('\n')
  let count = 0
  for (let at = 1; at + 1 < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at]!) as { type: string }
    if (type === 'transaction') count++
    if (type === 'span') count += segmentsOf(lines[at + 1]!)
  }
  return count
}

function segmentsOf(payload: string): number {
  const { items } = JSON.parse(payload) as { items: { is_segment?: boolean }[] }
  return items.filter((span) => span.is_segment).length
}
