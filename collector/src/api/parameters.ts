import { normaliseTimestamp } from '@hubline/core/wire'
import { z } from 'zod'

/*
 * Parameters of an address as schemas: what is given as text, made into what the handler works with. Each message goes on
 * after "it must be".
 */

/** One that may be left out. */
export type Optional<Value> = z.ZodOptional<z.ZodType<Value, string>>

/** One that is `fallback` where it is left out. */
export type WithDefault<Value> = z.ZodType<Value, string | undefined>

/** Text of at most `maxLength` characters. */
export function text(maxLength = 200, description?: string): Optional<string> {
  return optional(z.string({ error: `at most ${maxLength} characters` }).max(maxLength), description)
}

/** A whole number from `min` to `max`, `fallback` where none is given. */
export function integer(
  min: number,
  max: number,
  fallback: number,
  description?: string,
): WithDefault<number> {
  const schema = parsed(`a whole number from ${min} to ${max}`, (given) => {
    const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
    return value >= min && value <= max ? value : undefined
  }).default(fallback)
  return description === undefined ? schema : schema.describe(description)
}

/** How many items a page has at most. */
export function limit(max = 200, fallback = 50): WithDefault<number> {
  return integer(1, max, fallback, `Items of a page, ${max} at most; ${fallback} where it is not given.`)
}

/** A number, whole or not. */
export function number(min: number, max: number, description?: string): Optional<number> {
  const schema = parsed(`a number from ${min} to ${max}`, (given) => {
    const value = /^-?\d{1,15}(\.\d{1,9})?$/.test(given) ? Number(given) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })
  return optional(schema, description)
}

/** One of some words. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  description?: string,
): Optional<Word> {
  const schema = z.enum(words, { error: words.join(' or ') })
  return optional(schema as unknown as z.ZodType<Word, string>, description)
}

/** Several of some words, separated by commas. */
export function someOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  description?: string,
): Optional<Word[]> {
  const schema = parsed(`${words.join(', ')}, or several of them with commas between`, (given) => {
    const listed = given.split(',').map((word) => word.trim())
    return listed.every((word) => (words as readonly string[]).includes(word))
      ? (listed as Word[])
      : undefined
  })
  return optional(schema, description)
}

/** Texts separated by commas. */
export function list(maxItems = 20, description?: string): Optional<string[]> {
  const schema = parsed(`at most ${maxItems} texts with commas between`, (given) => {
    const listed = given.split(',').map((item) => item.trim())
    return listed.length <= maxItems && listed.every((item) => item !== '' && item.length <= 200)
      ? listed
      : undefined
  })
  return optional(schema, description)
}

/** Given once or several times, such as `attr=a:1&attr=b:2`. */
export function repeated<Value>(
  each: z.ZodType<Value, string>,
  maxItems = 20,
  description?: string,
): z.ZodOptional<z.ZodType<Value[], string[]>> {
  const schema = z.array(each).max(maxItems, { error: `given at most ${maxItems} times` })
  return schema.optional().meta({ many: true, ...(description !== undefined && { description }) })
}

/** `true` or `false`. */
export function flag(description?: string): Optional<boolean> {
  return optional(
    parsed('true or false', (given) =>
      given === 'true' || given === 'false' ? given === 'true' : undefined,
    ),
    description,
  )
}

/** Milliseconds since the epoch of an RFC 3339 time or date; 0 for one before it, from when nothing can be. */
export function time(description = 'RFC 3339, such as 2026-01-31T12:00:00Z.'): Optional<number> {
  const sinceEpoch = (given: string) => {
    const ms = readTime(given)
    return ms === undefined ? undefined : Math.max(0, ms)
  }
  return optional(parsed(TIME, sinceEpoch), description)
}

/** Of what senders say themselves, which may be before the epoch, too. */
export function saidTime(description: string): Optional<number> {
  return optional(parsed(TIME, readTime), description)
}

/** Milliseconds of a duration such as `250ms`, `30s`, `5m`, `1h`; a number alone is milliseconds. */
export function duration(description?: string): Optional<number> {
  const schema = parsed('a duration such as 250ms, 30s, 5m, 1h or 7d', (given) => {
    const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)?$/.exec(given)
    return match ? Number(match[1]) * UNITS[match[2] ?? 'ms']! : undefined
  })
  return optional(schema, description)
}

/** The commit cursor of an event: a ULID. */
export function cursor(
  description = 'Go on after this one: `next_cursor` of an earlier page.',
): Optional<string> {
  return optional(parsed('a cursor as an earlier answer gave it', readCursor), description)
}

/** `digits` hex digits; in lower case to the handler. */
export function hex(digits: number, description?: string): Optional<string> {
  return optional(
    parsed(`${digits} hex digits`, (given) => readHex(given, digits)),
    description,
  )
}

/** One that must be given. */
export function required<Value>(schema: Optional<Value>): z.ZodType<Value, string> {
  return schema.unwrap()
}

/** Any other form: `parse` answers undefined for what is not `wanted`. */
export function parsed<Value>(
  wanted: string,
  parse: (given: string) => Value | undefined,
): z.ZodType<Value, string> {
  return z.string({ error: wanted }).transform((given, context): Value => {
    const value = parse(given)
    if (value !== undefined) return value
    context.issues.push({ code: 'custom', message: wanted, input: given })
    return z.NEVER
  })
}

const TIME = 'an RFC 3339 time such as 2026-01-31T12:00:00Z'
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function optional<Value>(schema: z.ZodType<Value, string>, description: string | undefined): Optional<Value> {
  const made = schema.optional()
  return description === undefined ? made : made.describe(description)
}

function readTime(given: string): number | undefined {
  // An unescaped + of a zone offset arrives as a space.
  const value = given.replace(/ (\d{2}:?\d{2})$/, '+$1')
  const utc = normaliseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value)
  return utc === undefined ? undefined : Date.parse(utc)
}

function readCursor(given: string): string | undefined {
  const upper = given.toUpperCase()
  return isCursor(upper) ? upper : undefined
}

function readHex(given: string, digits: number): string | undefined {
  const lower = given.toLowerCase()
  return lower.length === digits && /^[0-9a-f]+$/.test(lower) ? lower : undefined
}

/** Whether `text` is an upper-case ULID, the form of cursors. */
export function isCursor(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}
