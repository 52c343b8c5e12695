import type { Redactor } from '../wire/redaction.ts'

/** An error as it is reported: bounded, redacted, whatever was thrown. */
export interface ErrorDescription {
  message: string
  error_type: string
  /** Stack of the error and of its causes. */
  trace?: string
  causes?: { error_type: string; message: string }[]
}

const MAX_MESSAGE = 4096
const MAX_TRACE = 32_768
const MAX_CAUSES = 8

/** Puts anything that was thrown into words; never throws, also for errors whose getters do. */
export function describeError(thrown: unknown, redact: Redactor): ErrorDescription {
  try {
    return describe(thrown, redact)
  } catch {
    return { message: '[unreadable]', error_type: 'Error' }
  }
}

function describe(thrown: unknown, redact: Redactor): ErrorDescription {
  const message = redact.text(messageOf(thrown, redact)).slice(0, MAX_MESSAGE)
  const causes = causesOf(thrown).map((cause) => ({
    error_type: typeOf(cause),
    message: redact.text(messageOf(cause, redact)).slice(0, MAX_MESSAGE),
  }))
  const stacks = [thrown, ...causesOf(thrown)].map(stackOf).filter((stack) => stack !== undefined)
  const trace = stacks.map((stack) => redact.text(stack)).join('\ncaused by: ')
  return {
    message,
    error_type: typeOf(thrown),
    ...(trace ? { trace: trace.slice(0, MAX_TRACE) } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  }
}

/** The class of an error, or the kind of value that was thrown instead of one. */
export function typeOf(thrown: unknown): string {
  const name = read(thrown, 'name')
  if (isError(thrown) || typeof read(thrown, 'stack') === 'string') {
    const own = read(read(thrown, 'constructor'), 'name')
    return bounded((typeof name === 'string' && name !== 'Error' && name) || own || name || 'Error')
  }
  return thrown === null ? 'null' : bounded(typeof name === 'string' && name ? name : typeof thrown)
}

/** A revoked proxy throws even at `instanceof`. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}

const bounded = (name: unknown): string => String(name).slice(0, 200)

function messageOf(thrown: unknown, redact: Redactor): string {
  const message = read(thrown, 'message')
  if (typeof message === 'string') return message
  try {
    if (typeof thrown !== 'object' || thrown === null) return String(thrown)
    return JSON.stringify(redact.value(thrown)) ?? 'object'
  } catch {
    return '[unreadable]'
  }
}

function stackOf(thrown: unknown): string | undefined {
  const stack = read(thrown, 'stack')
  return typeof stack === 'string' && stack ? stack : undefined
}

/** The `cause` chain and the members of AggregateErrors, each once. */
export function causesOf(thrown: unknown): unknown[] {
  const seen = new Set<unknown>([thrown])
  const open = [thrown]
  const found: unknown[] = []
  while (open.length > 0 && found.length < MAX_CAUSES) {
    const error = open.shift()
    const inner = read(error, 'errors')
    for (const next of [read(error, 'cause'), ...(Array.isArray(inner) ? inner.slice(0, MAX_CAUSES) : [])]) {
      if (next === undefined || next === null || seen.has(next)) continue
      seen.add(next)
      open.push(next)
      found.push(next)
    }
  }
  return found.slice(0, MAX_CAUSES)
}

function read(value: unknown, key: string): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
