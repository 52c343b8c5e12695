import type { JsonSchema } from '@hubline/core/wire'
import { beyond, type Difference, may } from './bounds.ts'
import { closed, type Field, fieldsOf, formsOf, isObject, itemsOf } from './fields.ts'

/** What somebody has to expect of a field, or to keep to, that was not so before. */
export interface Change {
  /** Dotted; empty for the data as a whole. */
  path: string
  problem: string
}

/** A schema and the document that it may refer to. */
export interface Rooted extends Field {
  root: JsonSchema
}

/** Who is asked: who reads may meet more than before, who sends may do less. */
export type Side = keyof Difference

const MOST_LEVELS = 30

/** What breaks who reads a part of an event's data: what is gone or may be absent, and values that it could not have before. */
export function changesForReaders(path: string, before: Rooted, after: Rooted): Change[] {
  return differences('reads', path, before, after, 0)
}

/** What breaks who sends data as they were: what is required or not taken now, and values that it may no longer have. */
export function changesForSenders(path: string, before: Rooted, after: Rooted): Change[] {
  return differences('sends', path, after, before, 0)
}

/** What `other` makes possible and `known` does not. */
function differences(side: Side, path: string, known: Rooted, other: Rooted, level: number): Change[] {
  const changes: Change[] = []
  const add = (difference: Difference): void => void changes.push({ path, problem: difference[side] })
  if (other.optional && !known.optional) add({ reads: 'may be absent', sends: 'is required' })
  if (level > MOST_LEVELS) return changes
  const [was, is] = [valuesOf(known), valuesOf(other)]
  const added = [...is].filter((value) => !covers(was, value))
  if (added.length > 0) add(may(`be ${added.map(named).join(' or ')}`))
  if (added.length > 0 && ![...is].some((value) => was.has(value))) return changes
  for (const difference of beyondAll(known, other)) add(difference)
  return [
    ...changes,
    ...withinObjects(side, path, known, other, level),
    ...withinLists(side, path, known, other, level),
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
    else values.add(typeOf(form))
  }
  return values
}

function typeOf(form: JsonSchema): string {
  if (typeof form['type'] === 'string') return form['type']
  return 'properties' in form || 'allOf' in form ? 'object' : 'anything'
}

function covers(known: ReadonlySet<string>, value: string): boolean {
  if (known.has(value) || known.has('anything')) return true
  if (value === 'integer') return known.has('number')
  if (!value.startsWith('=')) return false
  const constant: unknown = JSON.parse(value.slice(1))
  const type = constant === null ? 'null' : typeof constant
  return known.has(type) || (Number.isInteger(constant) && known.has('integer'))
}

/** Of each form what no known form of its type allows, told by the first of these. */
function beyondAll(known: Rooted, other: Rooted): Difference[] {
  const forms = formsOf(known.schema, known.root).filter(isObject).filter(isOpen)
  return formsOf(other.schema, other.root)
    .filter(isObject)
    .filter(isOpen)
    .flatMap((form) => {
      const same = forms.filter((each) => isOf(typeOf(form), typeOf(each))).map((each) => beyond(each, form))
      return same.every((found) => found.length > 0) ? (same[0] ?? []) : []
    })
}

const isOpen = (form: JsonSchema): boolean => !('const' in form) && !('enum' in form)

const isOf = (type: string, known: string): boolean =>
  type === known || (type === 'integer' && known === 'number')

function withinObjects(side: Side, path: string, known: Rooted, other: Rooted, level: number): Change[] {
  const [was, is] = [fieldsOf(known.schema, known.root), fieldsOf(other.schema, other.root)]
  const within = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const changes = [...was].flatMap(([name, field]): Change[] => {
    const now = is.get(name)
    if (now)
      return differences(
        side,
        within(name),
        { ...field, root: known.root },
        { ...now, root: other.root },
        level + 1,
      )
    // What a sender may add it need not.
    if (side === 'sends' && field.optional) return []
    return [{ path: within(name), problem: side === 'reads' ? 'is gone' : 'is required' }]
  })
  if (side === 'reads' || !closed(known.schema, known.root)) return changes
  const untaken = [...is.keys()].filter((name) => !was.has(name))
  return [...changes, ...untaken.map((name) => ({ path: within(name), problem: 'is no longer taken' }))]
}

function withinLists(side: Side, path: string, known: Rooted, other: Rooted, level: number): Change[] {
  const [was, is] = [itemsOf(known.schema, known.root), itemsOf(other.schema, other.root)]
  if (was === undefined || is === undefined) return []
  return differences(side, path, { ...known, schema: was }, { ...other, schema: is }, level + 1)
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
