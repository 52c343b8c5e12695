import { createRequire } from 'node:module'
import type { OutputUnit } from '@cfworker/json-schema'
import type { FieldErrors, JsonSchema } from '@hubline/core/wire'
import { inWords } from './words.ts'

type Library = typeof import('@cfworker/json-schema')

// Loaded by the first schema, at once: the writer cannot wait. It generates no code.
const library = (): Library => createRequire(import.meta.url)('@cfworker/json-schema') as Library

/** What is wrong with the data of an event, by field; undefined when nothing is. */
export type Check = (data: unknown) => FieldErrors | undefined

/** Makes the check that a JSON Schema of draft 2020-12 asks for. What cannot be checked is not held against the data. */
export function checkOf(schema: JsonSchema): Check {
  const { Validator } = library()
  const validator = new Validator(schema, '2020-12', false)
  return (data) => {
    let errors: readonly OutputUnit[]
    try {
      const result = validator.validate(data)
      if (result.valid) return undefined
      errors = result.errors
    } catch {
      return undefined
    }
    return inWords(errors, data)
  }
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
    new Validator(schema, '2020-12', false).validate({})
    return undefined
  } catch (error) {
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
