import { fingerprintVersion, type HubEvent } from '@hubline/core/wire'
import { markInSpan, type ExceptionMark } from './mark.ts'
import { chosenFingerprint, occurrence, text, TOLD, type Occurrence } from './occurrence.ts'

/**
 * What an ErrorReported tells of.
 *
 * @returns with no mark one that only its event's id tells apart: it has no span, or stands for many.
 */
export function errorOfEvent(event: HubEvent): { mark: ExceptionMark; occurrence: Occurrence } {
  const { payload, trace_id, span_id } = event
  const string = (key: string): string => (typeof payload[key] === 'string' ? payload[key] : '')
  const stack = string('trace')
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
