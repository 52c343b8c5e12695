import { randomBytes } from 'node:crypto'
import { encode, type Fields, type MessageName } from './wire.ts'

export const SIGNALS = ['traces', 'metrics', 'logs'] as const
export type Signal = (typeof SIGNALS)[number]

export const ENCODINGS = ['protobuf', 'json'] as const
export type Encoding = (typeof ENCODINGS)[number]

export const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

const SHAPES = {
  traces: {
    request: 'ExportTraceServiceRequest',
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    items: 'spans',
  },
  logs: {
    request: 'ExportLogsServiceRequest',
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    items: 'logRecords',
  },
  metrics: {
    request: 'ExportMetricsServiceRequest',
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    items: 'metrics',
  },
} as const satisfies Record<
  Signal,
  { request: MessageName; resources: string; scopes: string; items: string }
>

/** An export request with those items, all of one resource and scope. */
export function request(signal: Signal, items: Fields[]): Fields {
  const { resources, scopes, items: name } = SHAPES[signal]
  const resource = { attributes: [text('service.name', 'otlp-conformance')] }
  return { [resources]: [{ resource, [scopes]: [{ scope: { name: 'otlp-conformance' }, [name]: items }] }] }
}

/** A request as bytes of that encoding. */
export function bytesOf(signal: Signal, encoding: Encoding, fields: Fields): Uint8Array {
  if (encoding === 'protobuf') return encode(SHAPES[signal].request, fields)
  return Buffer.from(JSON.stringify(fields).replaceAll(/"#(-?[\d.eE+]+)#"/g, '$1'))
}

/** Stands for a number literal that JavaScript's numbers cannot hold; in protobuf it is not for use. */
export const literal = (digits: string): string => `#${digits}#`

export const text = (key: string, stringValue: string): Fields => ({ key, value: { stringValue } })

/** 32 digits. */
export const newTraceId = (): string => randomBytes(16).toString('hex')
/** 16 digits. */
export const newSpanId = (): string => randomBytes(8).toString('hex')

const now = (): string => `${Date.now()}000001`

/** A good span; `fields` go over it. */
export function span(fields: Fields = {}): Fields {
  const time = now()
  const ids = { traceId: newTraceId(), spanId: newSpanId() }
  return { ...ids, name: 'work', kind: 2, startTimeUnixNano: time, endTimeUnixNano: time, ...fields }
}

/** A good log record. */
export function log(fields: Fields = {}): Fields {
  return { timeUnixNano: now(), severityNumber: 9, body: { stringValue: 'it happened' }, ...fields }
}

/** A good metric: a gauge with one data point. */
export function metric(fields: Fields = {}): Fields {
  return {
    name: 'level',
    unit: '1',
    gauge: { dataPoints: [{ timeUnixNano: now(), asDouble: 0.5 }] },
    ...fields,
  }
}

/** A good item of each signal. */
export const GOOD: Readonly<Record<Signal, () => Fields>> = { traces: span, logs: log, metrics: metric }
