import { expect } from 'vitest'
import type { TestCollector } from './collector.ts'

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const
const CODES = { unset: 0, ok: 1, error: 2 } as const

/** A span as a test describes it; ids are small numbers. */
export interface SpanInput {
  service: string
  id: number
  parent?: number
  trace?: number
  name?: string
  kind?: keyof typeof KINDS
  status?: keyof typeof CODES
  /** Milliseconds since the epoch; now where absent. */
  start?: number
  /** Milliseconds; 10 where absent. */
  ms?: number
  attributes?: Record<string, string | number | boolean>
  /** Trace and span of each link. */
  links?: { trace: number; id: number }[]
  /** Beside `service.name`. */
  resource?: Record<string, string>
}

/** The trace id of a span's `trace`. */
export const traceId = (n: number): string => n.toString(16).padStart(32, '0')

/** An export request in OTLP/JSON, each span with a resource of its own. */
export function exportOf(...spans: SpanInput[]): unknown {
  return { resourceSpans: spans.map(resourceSpan) }
}

function resourceSpan(input: SpanInput): unknown {
  const { service, id, parent, trace = 1, name = 'work', kind = 'internal', status = 'unset' } = input
  const { start = Date.now(), ms = 10, attributes = {}, resource = {}, links = [] } = input
  const span = {
    traceId: traceId(trace),
    spanId: spanId(id),
    ...(parent !== undefined && { parentSpanId: spanId(parent) }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: `${start}000000`,
    endTimeUnixNano: `${start + ms}000000`,
    attributes: keyValues(attributes),
    status: { code: CODES[status] },
    links: links.map((link) => ({ traceId: traceId(link.trace), spanId: spanId(link.id) })),
  }
  return {
    resource: { attributes: keyValues({ 'service.name': service, ...resource }) },
    scopeSpans: [{ spans: [span] }],
  }
}

const spanId = (n: number) => n.toString(16).padStart(16, '0')

function keyValues(values: Record<string, string | number | boolean>): unknown[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: string | number | boolean): unknown {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Sends spans, which must all be taken. */
export async function sendSpans(hub: TestCollector, ...spans: SpanInput[]): Promise<void> {
  const { status, body } = await hub.post('/v1/traces', exportOf(...spans))
  expect([status, body]).toEqual([200, {}])
}
