/** Which signals have told of an occurrence, as bits; `chosen` when one of them named a fingerprint of its own. */
export const TOLD = { event: 1, span_event: 2, log: 4, chosen: 8 } as const

/** Code units; what is longer is cut. */
const MAX = { type: 200, message: 4096, stack: 16_384, text: 200, fingerprint: 200 }

/** One throw of an exception, with what the signals that tell of it say. Absent facts are null, absent texts empty. */
export interface Occurrence {
  /** Bits of `TOLD`. */
  told: number
  type: string
  message: string
  stack: string
  /** As the sender says it: chosen, or made by its own algorithm. */
  fingerprint: string | null
  /** When it happened, by the sender's clock; milliseconds since the epoch. */
  timeMs: number
  traceId: string | null
  spanId: string | null
  /** Of the ErrorReported. */
  eventId: string | null
  instance: string | null
  env: string | null
  version: string | null
  method: string | null
  route: string | null
  /** The final HTTP status. */
  status: number | null
  severity: string | null
  /** Whether the application dealt with it. */
  handled: boolean | null
  user: string | null
  /** How many occurrences that were not reported one by one it stands for; 0 for one alone. */
  folded: number
}

const NOTHING: Occurrence = {
  told: 0,
  type: '',
  message: '',
  stack: '',
  fingerprint: null,
  timeMs: 0,
  traceId: null,
  spanId: null,
  eventId: null,
  instance: null,
  env: null,
  version: null,
  method: null,
  route: null,
  status: null,
  severity: null,
  handled: null,
  user: null,
  folded: 0,
}

/** An occurrence of what is known of it; texts are cut to what is kept, the stack only when it is stored. */
export function occurrence(known: Partial<Occurrence>): Occurrence {
  const made = { ...NOTHING, ...known }
  made.type = made.type.slice(0, MAX.type)
  made.message = made.message.slice(0, MAX.message)
  return made
}

/** A text of an attribute or payload as it is kept; null for anything else. */
export function text(value: unknown, max: number = MAX.text): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : null
}

/** What two tellings of the same occurrence say together: the longer text, the earlier time, what either knows. */
export function joined(a: Occurrence, b: Occurrence): Occurrence {
  const [first, second] = rank(a.told) >= rank(b.told) ? [a, b] : [b, a]
  const both: Occurrence = { ...first }
  for (const key of Object.keys(NOTHING) as (keyof Occurrence)[]) {
    if (first[key] === null) Object.assign(both, { [key]: second[key] })
  }
  both.told = a.told | b.told
  both.message = longer(first.message, second.message)
  both.stack = longer(first.stack, second.stack)
  both.type ||= second.type
  both.timeMs = Math.min(a.timeMs, b.timeMs)
  both.folded = Math.max(a.folded, b.folded)
  return both
}

/** Whose word on the group counts: a fingerprint that was chosen before an ErrorReported before the rest. */
export function rank(told: number): number {
  return told & TOLD.chosen ? 2 : told & TOLD.event ? 1 : 0
}

/** As an example is kept. */
export function cut(whole: Occurrence): Occurrence {
  return { ...whole, stack: whole.stack.slice(0, MAX.stack) }
}

/** As one of many is kept: without its stack, which is the group's. */
export function brief(whole: Occurrence): Omit<Occurrence, 'stack'> {
  const { stack: _stack, ...rest } = whole
  return { ...rest, message: rest.message.slice(0, 500) }
}

/** The fingerprint that somebody chose, as it is kept. */
export function chosenFingerprint(value: unknown): string | null {
  return text(value, MAX.fingerprint)
}

function longer(a: string, b: string): string {
  return b.length > a.length ? b : a
}
