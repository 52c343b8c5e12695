import { createRequire } from 'node:module'
import type { OutputUnit } from '@cfworker/json-schema'
import type { FieldErrors, JsonSchema } from '@hubline/core/wire'
import { LIMITS } from '../config/limits.ts'
import { isOverTime, withinTime } from './time-limit.ts'
import { inWords } from './words.ts'

type Library = typeof import('@cfworker/json-schema')

// Loaded by the first schema, at once: the writer cannot wait. It generates no code.
const library = (): Library => createRequire(import.meta.url)('@cfworker/json-schema') as Library

/** What is wrong with the data of an event, by field, `''` for the data as a whole; undefined when nothing is. */
export type Check = (data: unknown) => FieldErrors | undefined

/** In characters of JSON: of larger data the first thing that is wrong is told alone, so that telling has a bound. */
const LARGE = 65_536

/**
 * Makes the check that a JSON Schema of draft 2020-12 asks for. What cannot be checked is not held against the data, but for
 * what takes too long: data of half that size, and all that are larger, are then wrong without another try, so that what
 * comes in waits for a bad pattern a few times and no more.
 */
export function checkOf(schema: JsonSchema): Check {
  const { Validator } = library()
  const validator = new Validator(schema, '2020-12', false)
  const first = new Validator(schema, '2020-12', true)
  const isDear = asksForMuch(schema)
  let tooLarge = Infinity
  return (data) => {
    const size = JSON.stringify(data).length
    if (size >= tooLarge) return overTime(tooLarge)
    const validate = (): { valid: boolean; errors: OutputUnit[] } =>
      (size > LARGE ? first : validator).validate(data)
    try {
      const result = isDear || size > LARGE ? withinTime(validate) : validate()
      return result.valid ? undefined : inWords(result.errors, data)
    } catch (error) {
      if (!isOverTime(error)) return undefined
      tooLarge = Math.ceil(size / 2)
      return overTime(size)
    }
  }
}

const overTime = (size: number): FieldErrors => ({
  '': [`takes more than ${LIMITS.checkMs.value} ms to check with ${size} characters or more: see its schema`],
})

/** What may take a time that does not go by the size of the data. */
const DEAR = new Set(['pattern', 'patternProperties', 'format', 'uniqueItems', '$ref', '$dynamicRef'])

function asksForMuch(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([key, part]) => DEAR.has(key) || asksForMuch(part))
}

/** Why a schema cannot be used: a pattern that is none, or a reference to what it does not have; undefined when it can. */
export function problemOf(schema: JsonSchema): string | undefined {
  const { dereference, Validator } = library()
  // It marks the schema that it is given.
  const own = structuredClone(schema)
  try {
    const known = dereference(own)
    const problem = problemWithin(own, (reference) => Object.hasOwn(known, reference))
    if (problem !== undefined) return problem
    withinTime(() => new Validator(schema, '2020-12', false).validate({}))
    return undefined
  } catch (error) {
    if (isOverTime(error)) return `takes more than ${LIMITS.checkMs.value} ms to check without any data`
    return error instanceof RangeError ? 'refers to itself without an end' : (error as Error).message
  }
}

function problemWithin(schema: unknown, isKnown: (reference: string) => boolean): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { $ref, __absolute_ref__: absolute = $ref, pattern } = schema as Record<string, unknown>
  if (typeof absolute === 'string' && !isKnown(absolute)) return `"${String($ref)}" leads to nothing`
  if (typeof pattern === 'string') {
    try {
      RegExp(pattern, 'u')
    } catch {
      return `"${pattern}" is no regular expression`
    }
  }
  for (const part of Object.values(schema)) {
    const problem = problemWithin(part, isKnown)
    if (problem !== undefined) return problem
  }
  return undefined
}
