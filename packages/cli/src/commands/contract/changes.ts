import type { JsonSchema } from '@hubline/core/wire'
import { type Field, formsOf, isObject, propertiesOf, resolved } from './fields.ts'

/** What a reader of a field has to expect that it had not before. */
export interface Change {
  /** Dotted; empty for the data as a whole. */
  path: string
  problem: string
}

/** A schema and the document that it may refer to. */
export interface Rooted extends Field {
  root: JsonSchema
}

const MOST_LEVELS = 30

/**
 * What breaks who reads a part of an event's data: what is gone or may be absent, and values that it could not have before.
 * Bounds, patterns and formats are not compared.
 */
export function changesOf(path: string, before: Rooted, after: Rooted, level = 0): Change[] {
  const changes: Change[] = []
  if (after.optional && !before.optional) changes.push({ path, problem: 'may be absent' })
  if (level > MOST_LEVELS) return changes
  const was = valuesOf(before)
  const is = valuesOf(after)
  const added = [...is].filter((value) => !covers(was, value))
  if (added.length > 0) changes.push({ path, problem: `may be ${added.map(named).join(' or ')}` })
  if (added.length > 0 && ![...is].some((value) => was.has(value))) return changes
  return [
    ...changes,
    ...withinObjects(path, before, after, level),
    ...withinLists(path, before, after, level),
  ]
}

/** The kinds of values there may be: types, and the JSON of constants. */
function valuesOf({ schema, root }: Rooted): Set<string> {
  const values = new Set<string>()
  for (const form of formsOf(schema, root)) {
    if (!isObject(form)) values.add('anything')
    else if ('const' in form) values.add(`=${JSON.stringify(form['const'])}`)
    else if (Array.isArray(form['enum']))
      for (const value of form['enum']) values.add(`=${JSON.stringify(value)}`)
    else if (typeof form['type'] === 'string') values.add(form['type'])
    else values.add('properties' in form || 'allOf' in form ? 'object' : 'anything')
  }
  return values
}

function covers(known: ReadonlySet<string>, value: string): boolean {
  if (known.has(value) || known.has('anything')) return true
  if (value === 'integer') return known.has('number')
  if (!value.startsWith('=')) return false
  const constant: unknown = JSON.parse(value.slice(1))
  const type = constant === null ? 'null' : typeof constant
  return known.has(type) || (Number.isInteger(constant) && known.has('integer'))
}

function withinObjects(path: string, before: Rooted, after: Rooted, level: number): Change[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  return [...was].flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`
    const now = is.get(name)
    if (!now) return [{ path: at, problem: 'is gone' }]
    return changesOf(at, { ...field, root: before.root }, { ...now, root: after.root }, level + 1)
  })
}

function fieldsOf({ schema, root }: Rooted): Map<string, Field> {
  return new Map(formsOf(schema, root).flatMap((form) => [...propertiesOf(form, root)]))
}

function withinLists(path: string, before: Rooted, after: Rooted, level: number): Change[] {
  const [was, is] = [itemsOf(before), itemsOf(after)]
  if (was === undefined || is === undefined) return []
  return changesOf(path, { ...before, schema: was }, { ...after, schema: is }, level + 1)
}

function itemsOf({ schema, root }: Rooted): unknown {
  const list = formsOf(schema, root).find((form) => isObject(form) && form['type'] === 'array')
  return isObject(list) ? resolved(list['items'], root) : undefined
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

const named = (value: string): string => (value.startsWith('=') ? value.slice(1) : (NAMES[value] ?? value))
