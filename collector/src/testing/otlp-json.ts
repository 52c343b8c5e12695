/** Builders of OTLP/JSON requests, for tests. */

type Value = string | number | boolean | Value[] | { [key: string]: Value }

/** An AnyValue. */
export function anyValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: keyValues(value) } }
}

export function keyValues(attributes: Record<string, Value>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

export interface LogInput {
  /** Milliseconds since the epoch. */
  at: number
  body?: Value
  severity?: number
  eventName?: string
  attributes?: Record<string, Value>
  traceId?: string
  spanId?: string
}

/** An export request of log records of one resource. */
export function logsRequest(resource: Record<string, Value>, records: readonly LogInput[]): unknown {
  const logRecords = records.map(({ at, body, severity, attributes = {}, ...rest }) => ({
    timeUnixNano: `${at}000000`,
    ...(severity !== undefined && { severityNumber: severity }),
    ...(body !== undefined && { body: anyValue(body) }),
    attributes: keyValues(attributes),
    ...rest,
  }))
  const scopeLogs = [{ scope: { name: 'test', version: '1' }, logRecords }]
  return { resourceLogs: [{ resource: { attributes: keyValues(resource) }, scopeLogs }] }
}

/** An export request of metrics of one resource, as OTLP/JSON has them. */
export function metricsRequest(resource: Record<string, Value>, metrics: readonly object[]): unknown {
  const scopeMetrics = [{ scope: { name: 'test' }, metrics }]
  return { resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics }] }
}
