import { EVENT_LIMITS, SEVERITIES } from '@hubline/core/wire'
import { z } from 'zod'
import { type JsonSchema, vocabularySchema } from './json-schema.ts'
import { methodName } from './names.ts'
import { severitiesOf, type SeverityRule } from './severity.ts'

/** What an event's data look like: any schema of an object. */
export type DataSchema = z.ZodType<object>

/** One event of a vocabulary. */
export interface EventDefinition<Data extends DataSchema = DataSchema> {
  /** When it happens, for the documentation. */
  readonly summary?: string
  /** What else a reader should know. */
  readonly note?: string
  /** `info` when absent. */
  readonly severity?: SeverityRule<keyof z.output<Data> & string>
  readonly data: Data
  /** Version of the shape of the data, 1 to 255; 1 when absent. */
  readonly version?: number
}

/** The schema of each event's data, by the event's name. */
export type Schemas = Readonly<Record<string, DataSchema>>

/** A system, its events, their data and severities: emitters, validation and documentation follow from it. */
export interface Vocabulary<System extends string = string, Data extends Schemas = Schemas> {
  readonly system: System
  readonly summary?: string
  readonly events: { readonly [Name in keyof Data]: EventDefinition<Data[Name]> }
}

/** A vocabulary that `defineVocabulary()` has found to be one; as JSON it is its JSON Schema. */
export interface DefinedVocabulary<
  System extends string = string,
  Data extends Schemas = Schemas,
> extends Vocabulary<System, Data> {
  toJSON(): JsonSchema
}

/** The names of a vocabulary's events. */
export type EventName<V extends Vocabulary> = keyof V['events'] & string

/** What the caller gives for an event. */
export type EventData<V extends Vocabulary, Name extends EventName<V>> = z.input<V['events'][Name]['data']>

/**
 * The data of a vocabulary's events by their types, as they arrive: what `hub.event()` is to be typed by.
 *
 * @example
 * declare global {
 *   namespace Hubline {
 *     interface Events extends EventsOf<typeof shop> {}
 *   }
 * }
 */
export type EventsOf<V extends Vocabulary> = { [Name in EventName<V>]: z.output<V['events'][Name]['data']> }

const PART = '[a-z][a-z0-9]*([_-][a-z0-9]+)*'
const NAME = new RegExp(`^${PART}(\\.${PART})*$`)

/**
 * Names a system's events once. A name is the event's type: `order_placed`, which its source makes unique, or best
 * `<service>.<domain>.<action>`, which is so by itself.
 *
 * @throws TypeError that names the system and event when a name is none, two events would share a method, or a
 * schema, severity or version is none
 *
 * @example
 * const shop = defineVocabulary({
 *   system: 'shop',
 *   events: {
 *     'shop.order.placed': { severity: 'info', data: z.object({ order_id: z.int(), total: z.number() }) },
 *   },
 * })
 * const hooks = createHooks(shop, { url: 'http://127.0.0.1:4318' })
 * await hooks.orderPlaced({ order_id: 42, total: 9.5 }, { tags: ['web'] })
 */
export function defineVocabulary<const System extends string, Data extends Schemas>(
  definition: Vocabulary<System, Data>,
): DefinedVocabulary<System, Data> {
  const { system, events } = definition
  const problem = problemOf(system, events as Vocabulary['events'])
  if (problem) throw new TypeError(`vocabulary "${String(system)}": ${problem}`)
  const toJSON = (): JsonSchema => vocabularySchema(definition)
  return Object.freeze({ ...definition, events: Object.freeze({ ...events }), toJSON })
}

function problemOf(system: string, events: Vocabulary['events']): string | undefined {
  if (typeof system !== 'string' || system === '' || system.length > EVENT_LIMITS.source)
    return `system wants a name of 1 to ${EVENT_LIMITS.source} characters`
  const methods = new Map<string, string>()
  for (const [name, event] of Object.entries(events)) {
    const problem = eventProblem(name, methodName(system, name), event)
    if (problem) return `event "${name}": ${problem}`
    const method = methodName(system, name)
    if (methods.has(method))
      return `events "${methods.get(method)}" and "${name}" share the method ${method}()`
    methods.set(method, name)
  }
  return methods.size === 0 ? 'events wants at least one event' : undefined
}

function eventProblem(
  name: string,
  method: string,
  { data, severity = 'info', version = 1 }: EventDefinition,
): string | undefined {
  if (!NAME.test(name) || name.length > EVENT_LIMITS.type)
    return 'the name wants a form such as order_placed or shop.order.placed'
  if (RESERVED.has(method)) return `${method}() is a method of all hooks; choose another name`
  if (!(data instanceof z.ZodType)) return 'data wants a zod schema such as z.object({ order_id: z.int() })'
  const severities: readonly string[] = SEVERITIES
  if (!severitiesOf(severity).every((each) => severities.includes(each)))
    return `severity wants one of ${SEVERITIES.join(', ')}`
  if (!Number.isInteger(version) || version < 1 || version > 255)
    return 'version wants a whole number from 1 to 255'
  return undefined
}

/** What an object of emitters cannot have as the name of an event: it has it already. */
export const RESERVED: ReadonlySet<string> = new Set([
  'constructor',
  'emit',
  'emitWithRetry',
  'event',
  'flush',
  'healthCheck',
  'initialize',
  'shutdown',
  'stats',
  'system',
  // An object with a method of this name would be taken for a promise.
  'then',
  'vocabulary',
])
