import type { OutputUnit } from '@cfworker/json-schema'
import type { FieldErrors } from '@hubline/core/wire'

const MOST_FIELDS = 20
const MOST_CHARACTERS = 200

/** They say only that something within them is wrong, which says so itself. */
const AROUND = new Set(['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties'])
for (const each of [
  'items',
  'prefixItems',
  'unevaluatedItems',
  'allOf',
  '$ref',
  '$dynamicRef',
  'if',
  'then',
]) {
  AROUND.add(each)
}
for (const each of ['else', 'dependentSchemas', 'contains']) AROUND.add(each)

/** One of several forms is wanted: what each of them misses says too much. */
const CHOICES = new Set(['anyOf', 'oneOf', 'not'])

/** What a validator found, by the dotted path of the field and in the words of the other checks. */
export function inWords(errors: readonly OutputUnit[], data: unknown): FieldErrors {
  const fields: FieldErrors = {}
  const choices = errors.filter(({ keyword }) => CHOICES.has(keyword)).map((each) => each.keywordLocation)
  for (const error of errors) {
    const { keyword, keywordLocation, instanceLocation } = error
    if (AROUND.has(keyword) || choices.some((choice) => keywordLocation.startsWith(`${choice}/`))) continue
    const steps = stepsOf(instanceLocation)
    const missing = keyword === 'required' ? /"(.+)"/s.exec(error.error)?.[1] : undefined
    const path = missing === undefined ? steps : [...steps, missing]
    const field = cut(path.join('.'))
    if (!Object.hasOwn(fields, field) && Object.keys(fields).length >= MOST_FIELDS) break
    const messages = (fields[field] ??= [])
    const message = cut(sentence(error, steps, data))
    if (!messages.includes(message)) messages.push(message)
  }
  return Object.keys(fields).length > 0 ? fields : { '': ['is not as the vocabulary says'] }
}

function sentence({ keyword, error }: OutputUnit, steps: readonly string[], data: unknown): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'false':
      return 'is not known to the vocabulary'
    case 'type': {
      const wanted = [...error.slice(error.indexOf('Expected')).matchAll(/"(\w+)"/g)]
      return `must be ${wanted.map(([, type]) => named(type!)).join(' or ')}, not ${kindOf(valueAt(data, steps))}`
    }
    case 'enum':
      return `must be one of ${optionsOf(error)}`
    case 'const':
      return `must be ${error.replace(/^Instance does not match /, '').replace(/\.$/, '')}`
    case 'anyOf':
    case 'oneOf':
      return 'has none of the forms that it may have'
    default:
      return error.charAt(0).toLowerCase() + error.slice(1).replace(/\.$/, '')
  }
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  array: 'an array',
  boolean: 'true or false',
}

const named = (type: string): string => NAMES[type] ?? type

function kindOf(value: unknown): string {
  return named(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
}

function optionsOf(error: string): string {
  try {
    const options = JSON.parse(error.slice(error.indexOf('['), error.lastIndexOf(']') + 1)) as unknown[]
    return options.map(String).join(', ')
  } catch {
    return 'those that the vocabulary lists'
  }
}

/** The steps of a JSON Pointer in a fragment. */
function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
}

function valueAt(data: unknown, steps: readonly string[]): unknown {
  let value = data
  for (const step of steps) value = (value as Record<string, unknown> | null | undefined)?.[step]
  return value
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
