import type { QueuedRecord } from '../client/outbox.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { pathOf } from '../exchange/ignore.ts'
import type { SpanRecord } from '../otlp/records.ts'
import type { Priority } from '../wire/event.ts'
import type { Redactor } from '../wire/redaction.ts'

const SERVER = 2
const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])
/** What a finished exchange weighs in memory beyond its strings, about. */
const EXCHANGE_BYTES = 600

/** The SERVER span of a finished exchange, by the stable HTTP conventions. */
export class ServerSpan implements QueuedRecord<SpanRecord> {
  readonly priority: Priority = 'normal'
  readonly bytes: number
  readonly #exchange: Exchange
  readonly #redact: Redactor
  readonly #hasEvent: boolean

  constructor(exchange: Exchange, redact: Redactor, hasEvent: boolean) {
    this.#exchange = exchange
    this.#redact = redact
    this.#hasEvent = hasEvent
    this.bytes = EXCHANGE_BYTES + exchange.target.length
  }

  record(): SpanRecord {
    const exchange = this.#exchange
    const { method, route, status, outcome, target } = exchange
    const known = KNOWN_METHODS.has(method)
    const name = known ? method : 'HTTP'
    const failed = outcome === 'server_error' || outcome === 'aborted' || outcome === 'timeout'
    const query =
      target.length > pathOf(target).length + 1 ? target.slice(pathOf(target).length + 1) : undefined
    const address = hostOf(exchange.host)
    return {
      traceId: exchange.traceId,
      spanId: exchange.spanId,
      parentSpanId: exchange.parentSpanId,
      traceState: exchange.traceState,
      remoteParent: exchange.parentSpanId !== undefined,
      name: route ? `${name} ${route}` : name,
      kind: SERVER,
      startMs: exchange.startedAt,
      durationMs: exchange.durationMs,
      status: failed ? 2 : 0,
      attributes: {
        'http.request.method': known ? method : '_OTHER',
        'http.request.method_original': known ? undefined : method,
        'http.route': route,
        'http.response.status_code': status,
        'error.type': failed ? this.#errorType() : undefined,
        'url.path': pathOf(target),
        'url.scheme': exchange.peer.encrypted ? 'https' : 'http',
        'url.query': query === undefined ? undefined : this.#redact.query(query),
        'server.address': address?.name,
        'server.port': address?.port,
        'client.address': exchange.peer.address,
        'network.protocol.version': exchange.httpVersion,
        'user_agent.original': exchange.userAgent,
        'hub.event.id': this.#hasEvent ? exchange.eventId : undefined,
        'hub.correlation_id': exchange.correlationId,
      },
      events: exchange.errors?.map((captured) => {
        const { message, error_type, trace } = captured.describe(this.#redact)
        const attributes = {
          'exception.type': error_type,
          'exception.message': message,
          'exception.stacktrace': trace,
        }
        return { name: 'exception', timeMs: captured.at, attributes }
      }),
    }
  }

  #errorType(): string {
    const { errors, status, outcome } = this.#exchange
    const thrown = errors?.[0]
    if (thrown) return thrown.describe(this.#redact).error_type
    return outcome === 'server_error' && status !== undefined ? String(status) : outcome!
  }
}

function hostOf(authority: string | undefined): { name: string; port: number | undefined } | undefined {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(authority ?? '')
  if (!match) return undefined
  return { name: match[1]!.replace(/^\[|\]$/g, ''), port: match[2] ? Number(match[2]) : undefined }
}
