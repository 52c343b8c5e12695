import { expect } from 'vitest'
import type { Answer, Json, TestCollector } from './collector.ts'

/** What is to be said of one throw; the defaults make the same one, however it is told. */
export interface Throw {
  service?: string
  type?: string
  message?: string
  stack?: string
  trace?: string
  span?: string
  /** RFC 3339. */
  at?: string
  instance?: string
  env?: string
  version?: string
}

const STACK = `TypeError: boom
    at buy (/app/src/shop.js:10:5)
    at /app/node_modules/express/lib/router.js:3:4
    at async sell (/app/src/routes/cart.js:7:1)`

const filled = (given: Throw) => ({
  service: 'shop',
  type: 'TypeError',
  message: 'boom',
  stack: STACK,
  trace: '0af7651916cd43dd8448eb211c80319c',
  span: 'b7ad6b7169203331',
  at: '2026-01-31T12:00:00.000Z',
  instance: 'shop-1',
  ...given,
})

/** Tells of a throw in the three ways that there are. */
export class Teller {
  readonly #hub: TestCollector
  readonly #headers: Record<string, string>

  constructor(hub: TestCollector, headers: Record<string, string> = {}) {
    this.#hub = hub
    this.#headers = headers
  }

  /** By an ErrorReported; `payload` goes over that of the throw. */
  event(given: Throw = {}, payload: Json = {}, envelope: Json = {}): Promise<Answer> {
    const { service, type, message, stack, trace, span, at, instance, env } = filled(given)
    const event = {
      type: 'ErrorReported',
      source: service,
      occurred_at: at,
      instance,
      ...(env !== undefined && { env }),
      ...(trace !== '' && { trace_id: trace, span_id: span }),
      payload: { severity: 'error', error_type: type, message, trace: stack, ...payload },
      ...envelope,
    }
    return this.#hub.events(event, this.#headers)
  }

  /** By an event of its span; `attributes` are those of the span event. */
  span(given: Throw = {}, attributes: Json = {}, ofSpan: Json = {}): Promise<Answer> {
    const { trace, span, at } = filled(given)
    const item = {
      traceId: trace,
      spanId: span,
      name: 'work',
      startTimeUnixNano: nanos(at),
      endTimeUnixNano: nanos(at),
      attributes: pairs(ofSpan),
      events: [
        { name: 'exception', timeUnixNano: nanos(at), attributes: pairs({ ...said(given), ...attributes }) },
      ],
    }
    const scopeSpans = [{ spans: [item] }]
    return this.#hub.post(
      '/v1/traces',
      { resourceSpans: [{ resource: resource(given), scopeSpans }] },
      this.#headers,
    )
  }

  /** By a log record. */
  log(given: Throw = {}, attributes: Json = {}): Promise<Answer> {
    const { trace, span, at } = filled(given)
    const record = {
      ...(trace !== '' && { traceId: trace, spanId: span }),
      timeUnixNano: nanos(at),
      severityNumber: 17,
      eventName: 'exception',
      attributes: pairs({ ...said(given), ...attributes }),
    }
    const scopeLogs = [{ logRecords: [record] }]
    return this.#hub.post(
      '/v1/logs',
      { resourceLogs: [{ resource: resource(given), scopeLogs }] },
      this.#headers,
    )
  }
}

function said(given: Throw): Json {
  const { type, message, stack } = filled(given)
  return { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack }
}

function resource(given: Throw): Json {
  const { service, instance, env, version } = filled(given) as Throw
  return {
    attributes: pairs({
      'service.name': service,
      'service.instance.id': instance,
      'deployment.environment.name': env,
      'service.version': version,
    }),
  }
}

function pairs(values: Record<string, unknown>): Json[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
    }))
}

function nanos(at: string): string {
  return `${Date.parse(at)}000000`
}

/** The groups of a list. */
export async function groups(hub: TestCollector, query = ''): Promise<Json[]> {
  return (await hub.get(`/api/v1/errors${query}`)).body.data
}

/** The one group of a service, in full. */
export async function only(hub: TestCollector, service = 'shop'): Promise<Json> {
  const found = await groups(hub, `?service=${encodeURIComponent(service)}`)
  expect(found).toHaveLength(1)
  return (await hub.get(`/api/v1/errors/${found[0].id}`)).body
}

export async function occurrences(hub: TestCollector, id: string): Promise<Json[]> {
  return (await hub.get(`/api/v1/errors/${id}/occurrences`)).body.data
}
