import { EVENT_LIMITS, SEVERITIES, type Severity } from './event.ts'
import type { FieldErrors } from './validation.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** One event of a vocabulary that travels as JSON. */
export interface DescribedEvent {
  type: string
  /** Version of the shape of the data. */
  version: number
  summary?: string
  /** What it has where nothing else is said. */
  severity: Severity
  /** Schema of the payload, complete by itself. */
  data: JsonSchema
}

/** A system and its events, as a JSON Schema says them. */
export interface DescribedVocabulary {
  system: string
  summary?: string
  events: DescribedEvent[]
}

/** What a vocabulary may have at most. */
const MOST_EVENTS = 500

/**
 * Reads the JSON Schema of a system's events: `title` is the system, each of `oneOf` an event with its constants `type` and
 * `version` and the schema of its `payload`, or a `$ref` to one of `$defs`.
 *
 * @returns the vocabulary, or what is wrong by field
 */
export function readVocabulary(document: unknown): DescribedVocabulary | { errors: FieldErrors } {
  if (!isObject(document)) return { errors: { body: ['must be a JSON Schema, an object'] } }
  const { title, description, oneOf, $defs = {} } = document
  if (typeof title !== 'string' || title === '' || title.length > EVENT_LIMITS.source)
    return {
      errors: { title: [`must be the name of the system, text of 1 to ${EVENT_LIMITS.source} characters`] },
    }
  if (!Array.isArray(oneOf) || oneOf.length === 0 || oneOf.length > MOST_EVENTS)
    return { errors: { oneOf: [`must be the schemas of 1 to ${MOST_EVENTS} events`] } }
  const errors: FieldErrors = {}
  const known = new Set<string>()
  const events: DescribedEvent[] = []
  for (const [index, schema] of (oneOf as unknown[]).entries()) {
    const read = readEvent(schema, isObject($defs) ? $defs : {})
    if ('wrong' in read) {
      errors[`oneOf.${index}.${read.field}`] = [read.wrong]
      continue
    }
    const name = `${read.type} ${read.version}`
    if (known.has(name)) errors[`oneOf.${index}`] = [`is "${read.type}", version ${read.version}, again`]
    known.add(name)
    events.push(read)
  }
  if (Object.keys(errors).length > 0) return { errors }
  return { system: title, ...(typeof description === 'string' && { summary: description }), events }
}

/** What is wrong with the schema of an event. */
interface Wrong {
  field: string
  wrong: string
}

function readEvent(schema: unknown, defs: JsonSchema): DescribedEvent | Wrong {
  if (!isObject(schema) || !isObject(schema['properties']))
    return { field: 'properties', wrong: 'must say the type and payload of the event' }
  const { type, version, severity, payload } = schema['properties']
  const name = constant(type)
  if (typeof name !== 'string' || name === '' || name.length > EVENT_LIMITS.type)
    return { field: 'properties.type', wrong: 'must be { "const": <type of the event> }' }
  const number = constant(version) ?? 1
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 255)
    return { field: 'properties.version', wrong: 'must be { "const": <whole number from 1 to 255> }' }
  const data = resolve(payload, defs)
  if (!data) return { field: 'properties.payload', wrong: 'must be a schema, or a $ref to one of #/$defs/' }
  const usual = isObject(severity) ? severity['default'] : undefined
  const { description } = schema
  return {
    type: name,
    version: number,
    ...(typeof description === 'string' && { summary: description }),
    severity: SEVERITIES.find((each) => each === usual) ?? 'info',
    data,
  }
}

const DEFS = '#/$defs/'

function resolve(schema: unknown, defs: JsonSchema): JsonSchema | undefined {
  if (!isObject(schema)) return undefined
  const ref = schema['$ref']
  const named = typeof ref === 'string' && ref.startsWith(DEFS) ? ref.slice(DEFS.length) : undefined
  const target = named === undefined ? schema : defs[decoded(named)]
  if (!isObject(target)) return undefined
  // One with an id is found its own parts in; the parts of another are those of the document.
  const borrows = target['$id'] === undefined && JSON.stringify(target).includes(`"$ref":"${DEFS}`)
  return borrows ? { ...target, $defs: defs } : target
}

/** A step of a JSON Pointer in a fragment of an address. */
function decoded(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

function constant(schema: unknown): unknown {
  return isObject(schema) ? schema['const'] : undefined
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
