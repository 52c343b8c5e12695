import type { Exchange } from '../exchange/exchange.ts'
import type { Attributes } from '../otlp/records.ts'
import type { Told } from './histogram.ts'
import { errorType, methodAttribute, schemeOf } from './http-span.ts'

/** Upper bounds in seconds, by OpenTelemetry's HTTP conventions. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]
export const DURATION = {
  name: 'http.server.request.duration',
  description: 'Duration of HTTP server requests.',
  unit: 's',
} as const

/** `error` is the exchange's error.type. */
export function durationAttributes(exchange: Exchange, error: string | undefined): Attributes {
  return {
    'http.request.method': methodAttribute(exchange.method),
    'http.route': exchange.route,
    'http.response.status_code': exchange.status,
    'url.scheme': schemeOf(exchange),
    'network.protocol.version': exchange.httpVersion,
    'error.type': error,
  }
}

/** Tells one set of attributes from another, but for the error. */
export function durationSeries(exchange: Exchange): string {
  const { method, route = '', status = 0, httpVersion } = exchange
  return `${methodAttribute(method)} ${route} ${status} ${httpVersion} ${schemeOf(exchange)}`
}

/** What a finished exchange tells of its duration. */
export const ofExchange: Told<Exchange> = {
  attributes: (exchange) => durationAttributes(exchange, errorType(exchange, exchange.hub.redact)),
  exemplar({ sampled, startedAt, durationMs, traceId, spanId }) {
    return sampled ? { timeMs: startedAt + durationMs, value: durationMs / 1000, traceId, spanId } : undefined
  },
}
