import type { HubEvent, Priority } from '../event.ts'
import type { FieldErrors } from '../validation.ts'
import { canonicalId } from '../ids.ts'
import { eventUuid } from './encode.ts'
import { EXACT, FIELDS, meshName, namesOf, type OriginalDialect, REST, REST_IN } from './mapping.ts'
import { payloadFrom } from './payload.ts'

type Fields = Record<string, unknown>

/** What the event bus says of an event beside what an event of ours can hold, kept in its payload under this key. */
const FOREIGN = '_mesh'
/** Of the bus, where a queue takes whole numbers: from here on. 5 is normal. */
const NUMBERED: readonly [from: number, priority: Priority][] = [
  [9, 'critical'],
  [6, 'high'],
  [5, 'normal'],
]

/**
 * Reads what arrived in the words of `dialect` as an event of ours, still to be validated.
 *
 * What a client of ours said comes back as it was made, every field of it. What anybody else said keeps its values
 * under our names. Anything that is no object comes back as it is.
 *
 * @example
 * fromOriginal('ecosystem', { source_system: 'akosha', event_type: 'insight_generated', data: {} })
 * // { source: 'akosha', type: 'insight_generated', payload: {} }
 */
export function fromOriginal(dialect: OriginalDialect, said: unknown): unknown {
  if (!isObject(said)) return said
  // Our own wire carries an id, the original hub's never does.
  if (dialect === 'hub' && (said['id'] !== undefined || !isObject(said['payload']))) return said
  return restored(dialect, said) ?? (dialect === 'hub' ? said : foreign(dialect, said))
}

/** Messages about fields of an event under the names that its sender gave them. */
export function fieldsOf(dialect: OriginalDialect, errors: FieldErrors): FieldErrors {
  const names: Readonly<Record<string, string | undefined>> = FIELDS[dialect]
  return Object.fromEntries(
    Object.entries(errors).map(([path, messages]) => {
      const [field, ...rest] = path.split('.')
      return [[names[field!] ?? field, ...rest].join('.'), messages]
    }),
  )
}

/** The event that a client of ours made; undefined when it was somebody else. */
function restored(dialect: OriginalDialect, said: Fields): Fields | undefined {
  const names = FIELDS[dialect]
  const carrier = said[REST_IN[dialect]]
  const rest = isObject(carrier) ? carrier[REST] : undefined
  const payload = said[names.payload!]
  if (!isObject(rest) || !isObject(payload)) return undefined
  if (typeof rest['id'] !== 'string' || typeof rest['type'] !== 'string') return undefined
  const exact = EXACT[dialect].map((field) => [field, said[names[field]!]] as const)
  const event = { ...rest, ...Object.fromEntries(exact.filter(([, value]) => value !== undefined)) }
  const made = event as unknown as HubEvent
  if (!isObject(rest['payload'])) made.payload = payloadFrom(dialect, made, payload)
  return isSaidBy(dialect, made, said) ? event : undefined
}

/** Somebody who copies what a wire carries along into an event of another name has made that event, not us. */
function isSaidBy(dialect: OriginalDialect, event: HubEvent, said: Fields): boolean {
  if (dialect === 'hub') return said['type'] === namesOf(event).hub
  if (dialect === 'mesh') return said['event_type'] === meshName(event)
  if (said['event_type'] !== namesOf(event).ecosystem || typeof said['event_id'] !== 'string') return false
  return canonicalId(said['event_id']) === eventUuid(event.id)
}

function foreign(dialect: 'mesh' | 'ecosystem', said: Fields): Fields {
  const event: Fields = {}
  for (const [field, name] of Object.entries(FIELDS[dialect])) {
    // Clients in Python say null for what they do not say.
    if (said[name] !== undefined && said[name] !== null) event[field] = said[name]
  }
  if (dialect === 'ecosystem') return { payload: {}, ...event }
  if ('priority' in event) event['priority'] = priorityOf(event['priority'])
  // The bus has no severity, but a name for errors.
  if (isError(event)) event['severity'] = 'error'
  const { metadata, exchange, routing_key } = said
  const beside = { metadata, exchange, routing_key }
  const kept = Object.entries(beside).filter(([, value]) => value !== undefined && value !== null)
  if (kept.length === 0 || !isObject(event['payload'])) return event
  return { ...event, payload: { [FOREIGN]: Object.fromEntries(kept), ...event['payload'] } }
}

function isError({ source, type, payload }: Fields): boolean {
  return type === `${source}.error` && isObject(payload) && typeof payload['error_type'] === 'string'
}

function priorityOf(said: unknown): unknown {
  const number = typeof said === 'string' && /^\d{1,3}$/.test(said) ? Number(said) : said
  if (typeof number !== 'number') return said
  return NUMBERED.find(([from]) => number >= from)?.[1] ?? 'low'
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
