import { hostSpan } from '../otel/host-api.ts'
import { currentExchange } from './store.ts'

/** Ids that join a line of log to its request; empty outside one. */
export interface LogContext {
  trace_id?: string
  span_id?: string
  correlation_id?: string
}

/**
 * The ids of the current request, as a mixin for loggers.
 *
 * @example
 * const log = pino({ mixin: logContext })
 */
export function logContext(): LogContext {
  const exchange = currentExchange()
  const span = hostSpan()?.spanContext()
  const context: LogContext = {}
  const traceId = span?.traceId ?? exchange?.traceId
  const spanId = span?.spanId ?? exchange?.spanId
  if (traceId) context.trace_id = traceId
  if (spanId) context.span_id = spanId
  if (exchange) context.correlation_id = exchange.correlationId
  return context
}

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const

/**
 * A console whose lines end in the ids of the current request: `… trace_id=… span_id=… correlation_id=…`.
 *
 * @example
 * const log = contextConsole()
 * log.info('order placed')
 */
export function contextConsole(target: Console = console): Console {
  const own: Partial<Console> = {}
  for (const method of METHODS) {
    own[method] = (...parts: unknown[]): void => {
      const ids = Object.entries(logContext()).map(([name, id]) => `${name}=${id}`)
      target[method](...parts, ...ids)
    }
  }
  return Object.assign(Object.create(target) as Console, own)
}
