import { type Check, list, object, oneOf, text, textLike, whole } from './checks.ts'
import { EVENT_LIMITS, type HubEventInput, PRIORITIES, SEVERITIES } from './event.ts'
import { normaliseTimestamp } from './timestamp.ts'
import type { FieldErrors } from './validation.ts'

/** Optional unless it says otherwise. */
interface Field {
  name: keyof HubEventInput
  check: Check
  required?: true
  /** Of every entry of a list. */
  each?: Check
  /** What a sound value becomes; undefined when it is none after all: then `wanted` tells what would be. */
  become?: (value: never) => unknown
  wanted?: string
}

const hexId = (digits: number): Pick<Field, 'check' | 'become'> => ({
  check: textLike(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `must be ${digits} hex digits`),
  become: (value: string) => value.toLowerCase(),
})

/** `JSON.parse` makes this key like any other; whoever assigns it later on would change what the object is. */
function withoutPrototype(payload: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(payload, '__proto__')) return payload
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== '__proto__'))
}

const FIELDS: readonly Field[] = [
  {
    name: 'id',
    check: textLike(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces', EVENT_LIMITS.id),
  },
  { name: 'type', check: text(EVENT_LIMITS.type), required: true },
  { name: 'source', check: text(EVENT_LIMITS.source), required: true },
  {
    name: 'occurred_at',
    check: text(),
    required: true,
    become: normaliseTimestamp,
    wanted: 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
  },
  { name: 'payload', check: object, required: true, become: withoutPrototype },
  { name: 'version', check: whole(1, 255) },
  { name: 'env', check: text(EVENT_LIMITS.env) },
  { name: 'instance', check: text(EVENT_LIMITS.instance) },
  { name: 'seq', check: whole(1) },
  { name: 'severity', check: oneOf(SEVERITIES) },
  { name: 'priority', check: oneOf(PRIORITIES) },
  { name: 'correlation_id', check: text(EVENT_LIMITS.correlationId) },
  { name: 'trace_id', ...hexId(32) },
  { name: 'span_id', ...hexId(16) },
  { name: 'tags', check: list(EVENT_LIMITS.tags), each: text(EVENT_LIMITS.tag) },
]

const BY_NAME = new Map<string, Field>(FIELDS.map((field) => [field.name, field]))
const REQUIRED = FIELDS.filter(({ required }) => required).length

/**
 * Reads one incoming event, as `JSON.parse` has it: unknown keys are dropped, absent optional keys stay absent.
 *
 * @returns the event, which is `said` itself where nothing of that had to change, or what is wrong with every field that
 * is not as it must be
 * @example
 * readEvent({ type: 'shop.order.placed', source: 'shop', occurred_at: 'yesterday', payload: {} })
 * // { errors: { occurred_at: ['must be an RFC 3339 time such as 2026-01-31T12:00:00Z'] } }
 */
export function readEvent(said: unknown): { event: HubEventInput } | { errors: FieldErrors } {
  const wrong = object(said)
  if (wrong !== undefined) return { errors: { body: [wrong] } }
  if (isSound(said as Record<string, unknown>)) return { event: said as HubEventInput }
  const event: Record<string, unknown> = {}
  let errors: FieldErrors | undefined
  for (const { name, check, required, each, become, wanted } of FIELDS) {
    const value = (said as Record<string, unknown>)[name]
    if (value === undefined) {
      if (required) (errors ??= {})[name] = ['is required']
      continue
    }
    const problem = check(value)
    if (problem !== undefined) (errors ??= {})[name] = [problem]
    else if (each) errors = checkEach(name, each, value as unknown[], errors)
    event[name] = problem === undefined && become ? become(value as never) : value
    if (event[name] === undefined) (errors ??= {})[name] = [wanted!]
  }
  return errors ? { errors } : { event: event as unknown as HubEventInput }
}

/** Whether every key is a field of an event, with a value that stays as it is; as clients of ours send it. */
function isSound(said: Record<string, unknown>): boolean {
  let missing = REQUIRED
  for (const name in said) {
    const field = BY_NAME.get(name)
    const value = said[name]
    if (field === undefined || field.check(value) !== undefined) return false
    if (field.become !== undefined && field.become(value as never) !== value) return false
    if (field.each !== undefined && checkEach(name, field.each, value as unknown[], undefined)) return false
    if (field.required) missing--
  }
  return missing === 0
}

function checkEach(
  name: string,
  check: Check,
  values: readonly unknown[],
  errors: FieldErrors | undefined,
): FieldErrors | undefined {
  for (const [index, value] of values.entries()) {
    const problem = check(value)
    if (problem !== undefined) (errors ??= {})[`${name}.${index}`] = [problem]
  }
  return errors
}
