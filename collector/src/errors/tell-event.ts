import { fingerprintVersion, type HubEvent } from '@hubline/core/wire'
import { markInSpan, type ExceptionMark } from './mark.ts'
import { chosenFingerprint, occurrence, text, TOLD, type Occurrence } from './occurrence.ts'

/**
 * Whether an event tells of an error: an ErrorReported, or the event bus's `<service>.error` with an `error_type`;
 * without one that tells of the service's life.
 */
export function tellsOfError({ type, source, payload }: HubEvent): boolean {
  if (type === 'ErrorReported') return true
  return type.endsWith('.error') && type === `${source}.error` && typeof payload['error_type'] === 'string'
}

/**
 * What an ErrorReported tells of, or an error of the event bus.
 *
 * @returns with no mark one that only its event's id tells apart: it has no span, or stands for many.
 */
export function errorOfEvent(event: HubEvent): { mark: ExceptionMark; occurrence: Occurrence } {
  const { payload, trace_id, span_id } = event
  const string = (key: string): string => (typeof payload[key] === 'string' ? payload[key] : '')
  const stack = string('trace') || string('stack_trace')
  const said = { type: string('error_type') || typeIn(stack), message: string('message') }
  const folded = payload['folded'] === true ? wholeNumber(payload['count']) : 0
  const fingerprint = chosenFingerprint(payload['fingerprint'])
  const chosen = fingerprint !== null && fingerprintVersion(fingerprint) === undefined
  const status = wholeNumber(payload['status'])
  const inSpan = trace_id !== undefined && span_id !== undefined && folded === 0
  return {
    mark: inSpan ? markInSpan(Buffer.from(trace_id, 'hex'), Buffer.from(span_id, 'hex'), said) : null,
    occurrence: occurrence({
      ...said,
      told: chosen ? TOLD.event | TOLD.chosen : TOLD.event,
      stack,
      fingerprint,
      timeMs: Date.parse(event.occurred_at),
      traceId: trace_id ?? null,
      spanId: span_id ?? null,
      eventId: event.id,
      instance: event.instance ?? null,
      env: event.env ?? null,
      method: text(payload['method']),
      route: text(payload['route']),
      status: status > 0 ? status : null,
      severity: event.severity ?? text(payload['severity']),
      handled: typeof payload['handled'] === 'boolean' ? payload['handled'] : null,
      user: text(payload['user_id']),
      folded,
    }),
  }
}

/** What the first line of a stack calls the error, for senders that do not say it. */
function typeIn(stack: string): string {
  return /^(?:Uncaught )?([A-Z][\w$.]{0,199})(?=: |\n\s+at )/.exec(stack)?.[1] ?? ''
}

function wholeNumber(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0
}
