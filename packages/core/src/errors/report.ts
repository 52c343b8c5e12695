import type { Emitter, EventOptions } from '../events/emitter.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Severity } from '../wire/event.ts'
import { fingerprint } from '../wire/fingerprint.ts'
import { describeError, type ErrorDescription } from './describe.ts'
import { type Fold, StormGuard } from './storm.ts'

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

/** Says what broke: one ErrorReported for each error, with its log, until there are too many of a kind. */
export class ErrorReporter {
  readonly #emitter: Emitter
  readonly #storms = new StormGuard((fold, windowMs) => this.#summarise(fold, windowMs))

  constructor(emitter: Emitter) {
    this.#emitter = emitter
  }

  /** Reports whatever was thrown; false when it cannot be sent. */
  report(thrown: unknown, report: ErrorReport): boolean {
    return this.describe(describeError(thrown, this.#emitter.redact), report)
  }

  /** Reports an error already in words; false when it cannot be sent. */
  describe(description: ErrorDescription, report: ErrorReport): boolean {
    const group = report.fingerprint ?? fingerprint(description)
    const { handled, exchange, eventName = 'exception', context, ...options } = report
    const severity = options.severity ?? 'error'
    if (!this.#storms.admits({ description, fingerprint: group, severity, handled })) return true
    return this.#emit(
      { ...options, severity },
      {
        ...context,
        severity,
        ...description,
        handled,
        fingerprint: group,
        ...(exchange && {
          method: exchange.method,
          ...(exchange.route ? { route: exchange.route } : {}),
          ...(exchange.status === undefined ? {} : { status: exchange.status }),
        }),
      },
      eventName,
      exchange,
      report.fingerprint,
    )
  }

  /** Tells of everything that was folded so far. */
  release(): void {
    this.#storms.release()
  }

  #summarise(fold: Fold, windowMs: number): void {
    const { description, fingerprint: group, severity, handled, count, firstAt, lastAt } = fold
    const payload = {
      severity,
      ...description,
      handled,
      fingerprint: group,
      count,
      folded: true,
      window_s: windowMs / 1000,
      first_at: new Date(firstAt).toISOString(),
      last_at: new Date(lastAt).toISOString(),
    }
    this.#emit({ severity, occurredAt: new Date(lastAt) }, payload, 'exception', undefined)
  }

  #emit(
    options: EventOptions & { severity: Severity },
    payload: ErrorDescription & Record<string, unknown>,
    eventName: string,
    exchange: Exchange | undefined,
    chosen?: string,
  ): boolean {
    const { message, error_type, trace } = payload
    const attributes = {
      'exception.type': error_type,
      'exception.message': message,
      'exception.stacktrace': trace,
      'http.route': exchange?.route,
      'hub.error.fingerprint': chosen,
    }
    return this.#emitter.emit({
      ...options,
      priority: options.priority ?? (options.severity === 'warning' ? 'normal' : 'high'),
      type: 'ErrorReported',
      payload,
      exchange,
      log: { eventName, body: message, attributes },
    })
  }
}
