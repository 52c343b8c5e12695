import type { HubEvent } from '../event.ts'
import { FIELDS, MESH_PAYLOADS, namesOf, type OriginalDialect, REST, REST_IN } from './mapping.ts'

type Payload = Record<string, unknown>

/** The payload of `event` in the words of `dialect`. */
export function payloadTo(dialect: OriginalDialect, event: HubEvent): Payload {
  if (dialect === 'hub') return toHubPayload(event)
  return dialect === 'mesh' ? toMeshPayload(event) : event.payload
}

/**
 * A payload that was `said` in the words of `dialect` in our own again. Where the event's payload had keys of its own in
 * the way of what is added there, it is another one: the encoder looks, and adds the payload as it was.
 */
export function payloadFrom(
  dialect: OriginalDialect,
  event: Pick<HubEvent, 'type' | 'correlation_id'>,
  said: Payload,
): Payload {
  const { [REST]: _, ...bare } = said
  const payload = REST_IN[dialect] === FIELDS[dialect].payload ? bare : said
  if (dialect === 'hub') return fromHubPayload(event, payload)
  return dialect === 'mesh' ? fromMeshPayload(event.type, payload) : payload
}

/** Lifecycle states and foreign types are actions of the original hub, and only an action has a correlation id. */
function toHubPayload(event: HubEvent): Payload {
  const { type, payload, correlation_id } = event
  const correlated = correlation_id ? { correlation_id, ...payload } : payload
  if (isSaid(type)) return type === 'InteractionDetected' ? correlated : payload
  const action = type === 'LifecycleChanged' ? `lifecycle.${String(payload['state'])}` : type
  return { ...correlated, action }
}

function fromHubPayload(
  { type, correlation_id }: Pick<HubEvent, 'type' | 'correlation_id'>,
  said: Payload,
): Payload {
  const { correlation_id: _, ...alone } = said
  const uncorrelated = correlation_id ? alone : said
  if (isSaid(type)) return type === 'InteractionDetected' ? uncorrelated : said
  const { action: _action, ...payload } = uncorrelated
  return payload
}

/** Whether the original hub has the type. */
function isSaid(type: string): boolean {
  return namesOf({ type, payload: {} }).hub === type
}

function toMeshPayload({ type, payload, occurred_at: timestamp }: HubEvent): Payload {
  const shape = meshShape(type)
  if (!shape) return payload
  const isKnown = (key: string): boolean => Object.hasOwn(shape.fields, key)
  const known = Object.entries(payload).filter(([key]) => isKnown(key))
  const rest = Object.fromEntries(Object.entries(payload).filter(([key]) => !isKnown(key)))
  const said = Object.fromEntries(known.map(([key, value]) => [shape.fields[key]!, value]))
  const named = type === 'ErrorReported' ? { error_type: 'Error', ...said } : said
  return shape.rest ? { ...named, timestamp, [shape.rest]: rest } : { ...rest, ...named, timestamp }
}

function fromMeshPayload(type: string, said: Payload): Payload {
  const shape = meshShape(type)
  if (!shape) return said
  const { timestamp: _, ...fields } = said
  const names = Object.entries(shape.fields).filter(([, theirs]) => Object.hasOwn(fields, theirs))
  const named = Object.fromEntries(names.map(([ours, theirs]) => [ours, fields[theirs]]))
  if (shape.rest) return { ...named, ...(fields[shape.rest] as Payload) }
  const theirs = new Set(Object.values(shape.fields))
  return { ...named, ...Object.fromEntries(Object.entries(fields).filter(([key]) => !theirs.has(key))) }
}

function meshShape(type: string) {
  return Object.hasOwn(MESH_PAYLOADS, type) ? MESH_PAYLOADS[type] : undefined
}
