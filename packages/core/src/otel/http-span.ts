import type { Exchange } from '../exchange/exchange.ts'
import { pathOf } from '../exchange/ignore.ts'
import type { Attributes, SpanEvent } from '../otlp/records.ts'
import type { Redactor } from '../wire/redaction.ts'

// What is said of an exchange by OpenTelemetry's stable HTTP conventions, in our own span or in the host's.

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

/** What is known before the request is answered. */
type Begun = Pick<Exchange, 'method' | 'target' | 'host' | 'peer' | 'httpVersion' | 'userAgent'>

/** `GET /users/:id`, or the method alone; never a path. */
export function spanName({ method, route }: Pick<Exchange, 'method' | 'route'>): string {
  const name = KNOWN_METHODS.has(method) ? method : 'HTTP'
  return route ? `${name} ${route}` : name
}

/** `http.request.method` knows few words; any other is `_OTHER`. */
export function methodAttribute(method: string): string {
  return KNOWN_METHODS.has(method) ? method : '_OTHER'
}

/** Only a 5xx or an exchange that broke is an error of the server's. */
export function isFailure({ outcome }: Pick<Exchange, 'outcome'>): boolean {
  return outcome === 'server_error' || outcome === 'aborted' || outcome === 'timeout'
}

export function requestAttributes(request: Begun, redact: Redactor): Attributes {
  return {
    ...methodAttributes(request),
    ...addressAttributes(request.host),
    ...ownAttributes(request, redact),
  }
}

/** What all finished exchanges of a kind have. */
export function kindAttributes(exchange: Exchange): Attributes {
  const { route, status } = exchange
  return { ...methodAttributes(exchange), 'http.route': route, 'http.response.status_code': status }
}

function methodAttributes(request: Begun): Attributes {
  const { method, httpVersion } = request
  const attribute = methodAttribute(method)
  return {
    'http.request.method': attribute,
    'http.request.method_original': attribute === method ? undefined : method,
    'url.scheme': schemeOf(request),
    'network.protocol.version': httpVersion,
  }
}

export function addressAttributes(host: string | undefined): Attributes {
  const address = hostOf(host)
  return { 'server.address': address?.name, 'server.port': address?.port }
}

/** What each request has of its own. */
export function ownAttributes({ target, peer, userAgent }: Begun, redact: Redactor): Attributes {
  const path = pathOf(target)
  const query = target.length > path.length + 1 ? target.slice(path.length + 1) : undefined
  return {
    'url.path': path,
    'url.query': query === undefined ? undefined : redact.query(query),
    'client.address': peer.address,
    'user_agent.original': userAgent,
  }
}

/** What only the end of the exchange tells; `withEvent` when an event of it was queued. */
export function outcomeAttributes(exchange: Exchange, redact: Redactor, withEvent: boolean): Attributes {
  return {
    'error.type': errorType(exchange, redact),
    'hub.event.id': withEvent ? exchange.eventId : undefined,
    'hub.correlation_id': exchange.correlationId,
  }
}

/** Undefined for what is no failure. */
export function errorType(exchange: Exchange, redact: Redactor): string | undefined {
  if (!isFailure(exchange)) return undefined
  const { errors, status, outcome } = exchange
  if (errors?.[0]) return errors[0].describe(redact).error_type
  return outcome === 'server_error' && status !== undefined && status >= 500 ? String(status) : outcome
}

/** Each error of the exchange once; absent when there are none, or when they are to be logs alone. */
export function exceptionEvents({ errors, hub }: Exchange, redact: Redactor): SpanEvent[] | undefined {
  if (!hub.config.otel.exceptionEvents) return undefined
  return errors?.map((captured) => {
    const { message, error_type, trace } = captured.describe(redact)
    const attributes = {
      'exception.type': error_type,
      'exception.message': message,
      'exception.stacktrace': trace,
    }
    return { name: 'exception', timeMs: captured.at, attributes }
  })
}

export function schemeOf({ peer }: Pick<Exchange, 'peer'>): 'http' | 'https' {
  return peer.encrypted ? 'https' : 'http'
}

function hostOf(authority: string | undefined): { name: string; port: number | undefined } | undefined {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(authority ?? '')
  if (!match) return undefined
  return { name: match[1]!.replace(/^\[|\]$/g, ''), port: match[2] ? Number(match[2]) : undefined }
}
