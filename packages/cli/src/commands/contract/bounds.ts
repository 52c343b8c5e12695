import type { JsonSchema } from '@hubline/core/wire'

/** What is possible with one schema and not with another: as a reader is told of it, and as a sender is. */
export interface Difference {
  reads: string
  sends: string
}

/** A bound, and what is beyond it. */
type Bound = readonly [keyword: string, beyond: string]

const LEAST: readonly Bound[] = [
  ['minimum', 'be less than'],
  ['exclusiveMinimum', 'be as little as'],
  ['minLength', 'be shorter than'],
  ['minItems', 'have fewer items than'],
  ['minProperties', 'have fewer entries than'],
]
const MOST: readonly Bound[] = [
  ['maximum', 'be more than'],
  ['exclusiveMaximum', 'be as much as'],
  ['maxLength', 'be longer than'],
  ['maxItems', 'have more items than'],
  ['maxProperties', 'have more entries than'],
]
/** A value of its own does not say less, so that each change of one counts. */
const RULES: readonly Bound[] = [
  ['pattern', 'match'],
  ['format', 'have the format'],
]

/** What data of a form may be that another form of the same type forbids, by the bounds, patterns and formats of both. */
export function beyond(known: JsonSchema, form: JsonSchema): Difference[] {
  const found = [
    ...LEAST.filter(([keyword]) => lowerThan(known, form, keyword)),
    ...MOST.filter(([keyword]) => higherThan(known, form, keyword)),
  ].map(([keyword, words]) => may(`${words} ${known[keyword]}`))
  for (const [keyword, words] of RULES) {
    const rule = known[keyword]
    if (typeof rule === 'string' && rule !== form[keyword])
      found.push({ reads: `may not ${words} ${rule}`, sends: `must ${words} ${rule}` })
  }
  const step = numberOf(known, 'multipleOf')
  if (step !== undefined && !isMultiple(numberOf(form, 'multipleOf'), step))
    found.push({ reads: `may be no multiple of ${step}`, sends: `must be a multiple of ${step}` })
  if (known['uniqueItems'] === true && form['uniqueItems'] !== true)
    found.push({ reads: 'may repeat items', sends: 'must not repeat items' })
  return found
}

/** A possibility that was not there, or is no more. */
export const may = (what: string): Difference => ({ reads: `may ${what}`, sends: `may no longer ${what}` })

function lowerThan(known: JsonSchema, form: JsonSchema, keyword: string): boolean {
  const bound = numberOf(known, keyword)
  if (bound === undefined) return false
  const excluded = keyword === 'exclusiveMinimum'
  const own = numberOf(form, excluded ? 'minimum' : keyword) ?? -Infinity
  const exclusive = keyword.endsWith('inimum') ? (numberOf(form, 'exclusiveMinimum') ?? -Infinity) : -Infinity
  return !(excluded ? own > bound : own >= bound) && exclusive < bound
}

function higherThan(known: JsonSchema, form: JsonSchema, keyword: string): boolean {
  const bound = numberOf(known, keyword)
  if (bound === undefined) return false
  const excluded = keyword === 'exclusiveMaximum'
  const own = numberOf(form, excluded ? 'maximum' : keyword) ?? Infinity
  const exclusive = keyword.endsWith('aximum') ? (numberOf(form, 'exclusiveMaximum') ?? Infinity) : Infinity
  return !(excluded ? own < bound : own <= bound) && exclusive > bound
}

/** A number of a schema; the bounds of whole numbers that JSON can carry exactly are none. */
function numberOf(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword]
  return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : undefined
}

function isMultiple(value: number | undefined, of: number): boolean {
  return value !== undefined && Number.isInteger(value / of)
}
