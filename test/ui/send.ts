import { expect } from 'vitest'

/** A hub event as a client may send it. */
export interface SentEvent {
  type: string
  source: string
  occurred_at: string
  payload: Record<string, unknown>
  [field: string]: unknown
}

export interface SentSpan {
  service: string
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  /** As in OTLP: 1 internal, 2 server, 3 client. */
  kind?: number
  /** Milliseconds since the epoch. */
  start: number
  durationMs: number
  error?: string
  attributes?: Record<string, string | number>
}

export interface SentLog {
  service: string
  traceId: string
  spanId: string
  at: number
  severityNumber: number
  eventName?: string
  body: string
  attributes?: Record<string, string | number>
  /** Of the resource. */
  instance?: string
}

/** Sends events as NDJSON; all must be taken. */
export async function sendEvents(url: string, events: SentEvent[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n')
  const answer = await post(`${url}/api/v1/hub/events`, 'application/x-ndjson', body)
  expect(answer).toMatchObject({ accepted: events.length, rejected: [] })
}

/** Sends spans as OTLP JSON. */
export async function sendSpans(url: string, spans: SentSpan[]): Promise<void> {
  const resourceSpans = services(spans).map(([resource, all]) => {
    return { resource, scopeSpans: [{ spans: all.map(otlpSpan) }] }
  })
  await post(`${url}/v1/traces`, 'application/json', JSON.stringify({ resourceSpans }))
}

/** Sends log records as OTLP JSON. */
export async function sendLogs(url: string, logs: SentLog[]): Promise<void> {
  const resourceLogs = services(logs).map(([resource, all]) => {
    return { resource, scopeLogs: [{ logRecords: all.map(otlpLog) }] }
  })
  await post(`${url}/v1/logs`, 'application/json', JSON.stringify({ resourceLogs }))
}

/** By service and instance, as a resource. */
function services<Item extends { service: string; instance?: string }>(
  items: Item[],
): [resource: object, items: Item[]][] {
  const groups = Map.groupBy(items, ({ service, instance }) => JSON.stringify([service, instance]))
  return [...groups.values()].map((all) => {
    const [{ service, instance }] = all as [Item]
    const ofInstance = instance === undefined ? {} : { 'service.instance.id': instance }
    return [{ attributes: pairs({ 'service.name': service, ...ofInstance }) }, all]
  })
}

async function post(url: string, type: string, body: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

function otlpSpan({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind = 2,
  start,
  durationMs,
  error,
  attributes,
}: SentSpan) {
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(start + durationMs),
    attributes: pairs(attributes ?? {}),
    ...(error !== undefined && { status: { code: 2, message: error } }),
  }
}

function otlpLog({ traceId, spanId, at, severityNumber, eventName, body, attributes }: SentLog) {
  return {
    traceId,
    spanId,
    timeUnixNano: nanos(at),
    severityNumber,
    ...(eventName !== undefined && { eventName }),
    body: { stringValue: body },
    attributes: pairs(attributes ?? {}),
  }
}

function pairs(attributes: Record<string, string | number>): object[] {
  return Object.entries(attributes).map(([key, value]) => {
    return { key, value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value } }
  })
}

/** Milliseconds as nanoseconds; whole microseconds are all that the sum of two doubles keeps. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}
