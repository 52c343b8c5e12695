import type { Emitter, EventOptions } from '../events/emitter.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { fingerprint } from '../wire/fingerprint.ts'
import { describeError, type ErrorDescription } from './describe.ts'

export interface ErrorReport extends EventOptions {
  /** Whether the application dealt with it. */
  handled: boolean
  exchange?: Exchange | undefined
  eventName?: string
  /** Groups errors that belong together; made from type and stack when absent. */
  fingerprint?: string
  /** Further facts for the payload. */
  context?: Record<string, unknown>
}

/** Emits one ErrorReported for whatever was thrown; false when it cannot be sent. */
export function reportError(emitter: Emitter, error: unknown, report: ErrorReport): boolean {
  return reportDescription(emitter, describeError(error, emitter.redact), report)
}

/** Emits one ErrorReported, with its log, for an error already in words. */
export function reportDescription(
  emitter: Emitter,
  description: ErrorDescription,
  report: ErrorReport,
): boolean {
  const { handled, exchange, eventName = 'exception', context, ...options } = report
  const severity = options.severity ?? 'error'
  const { message, error_type, trace } = description
  const payload = {
    ...context,
    severity,
    ...description,
    handled,
    fingerprint: report.fingerprint ?? fingerprint(description),
    ...(exchange && {
      method: exchange.method,
      ...(exchange.route ? { route: exchange.route } : {}),
      ...(exchange.status === undefined ? {} : { status: exchange.status }),
    }),
  }
  const attributes = {
    'exception.type': error_type,
    'exception.message': message,
    'exception.stacktrace': trace,
    'http.route': exchange?.route,
  }
  return emitter.emit({
    ...options,
    severity,
    priority: options.priority ?? (severity === 'warning' ? 'normal' : 'high'),
    type: 'ErrorReported',
    payload,
    exchange,
    log: { eventName, body: message, attributes },
  })
}
