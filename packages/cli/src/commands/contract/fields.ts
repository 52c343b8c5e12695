import type { JsonSchema } from '@hubline/core/wire'

/** A part of an event's data: its schema, and whether it may be absent. */
export interface Field {
  schema: unknown
  optional: boolean
}

/** A schema that stands where another refers to it. */
export function resolved(schema: unknown, root: JsonSchema): unknown {
  let found = schema
  for (let hops = 0; hops < 20; hops++) {
    const ref = isObject(found) ? found['$ref'] : undefined
    if (typeof ref !== 'string' || !ref.startsWith('#')) return found
    found = ref
      .split('/')
      .slice(1)
      .reduce<unknown>((at, step) => (at as JsonSchema | undefined)?.[decoded(step)], root)
  }
  return undefined
}

/** The forms that a value may have, null apart: a schema of one form is one itself. */
export function formsOf(schema: unknown, root: JsonSchema): unknown[] {
  const found = resolved(schema, root)
  if (!isObject(found)) return [found]
  const choices = found['anyOf'] ?? found['oneOf']
  if (Array.isArray(choices)) return choices.flatMap((each) => formsOf(each, root))
  const types = found['type']
  return Array.isArray(types) ? types.map((type: unknown) => ({ ...found, type })) : [found]
}

export const isNull = (form: unknown): boolean => isObject(form) && form['type'] === 'null'

/** The properties of an object, with those of all that it must be at once; each with whether it must be there. */
export function propertiesOf(form: unknown, root: JsonSchema): Map<string, Field> {
  const found = resolved(form, root)
  const fields = new Map<string, Field>()
  if (!isObject(found)) return fields
  const required = Array.isArray(found['required']) ? (found['required'] as unknown[]) : []
  for (const [name, schema] of Object.entries(isObject(found['properties']) ? found['properties'] : {}))
    fields.set(name, { schema, optional: !required.includes(name) })
  for (const part of Array.isArray(found['allOf']) ? found['allOf'] : [])
    for (const [name, field] of propertiesOf(part, root)) fields.set(name, field)
  return fields
}

/**
 * The fields of all forms of a value: `*` is what a record holds, numbers are the places of a tuple. A field that one of several
 * forms is without is optional.
 */
export function fieldsOf(schema: unknown, root: JsonSchema): Map<string, Field> {
  const forms = formsOf(schema, root).filter((form) => !isNull(form))
  const found = new Map<string, Field[]>()
  for (const form of forms) {
    const entries = [...propertiesOf(form, root), ...placesOf(form)]
    const rest = additional(form)
    if (rest) entries.push(['*', rest])
    for (const [name, field] of entries) found.set(name, [...(found.get(name) ?? []), field])
  }
  return new Map(
    [...found].map(([name, fields]) => {
      const optional = fields.length < forms.length || fields.some((field) => field.optional)
      return [name, { ...joined(fields), optional }]
    }),
  )
}

/** What the lists among the forms of a value hold; undefined where none is one. */
export function itemsOf(schema: unknown, root: JsonSchema): unknown {
  const lists = formsOf(schema, root).filter((form) => isObject(form) && form['type'] === 'array')
  const items = lists.flatMap((list) => (list as JsonSchema)['items'] ?? [])
  return items.length > 1 ? { anyOf: items } : items[0]
}

/** Whether no form of a value takes fields that it does not name. */
export function closed(schema: unknown, root: JsonSchema): boolean {
  return formsOf(schema, root).every((form) => isNull(form) || isClosed(form))
}

const isClosed = (form: unknown): boolean => isObject(form) && form['additionalProperties'] === false

function placesOf(form: unknown): [string, Field][] {
  const places = isObject(form) && Array.isArray(form['prefixItems']) ? form['prefixItems'] : []
  return places.map((schema: unknown, at) => [String(at), { schema, optional: false }])
}

function joined(fields: readonly Field[]): Field {
  const [first] = fields
  if (fields.length === 1) return first!
  return {
    schema: { anyOf: fields.map(({ schema }) => schema) },
    optional: fields.some(({ optional }) => optional),
  }
}

/**
 * The field at a path such as `lines.sku`, which passes through lists; undefined where no form of the data has it. It is
 * optional where one of the steps to it is, or one of the forms is without it.
 */
export function fieldAt(root: JsonSchema, path: string): Field | undefined {
  let at: Field[] = [{ schema: root, optional: false }]
  for (const step of path.split('.')) {
    const next: Field[] = []
    for (const { schema, optional } of at) {
      const forms = formsOf(schema, root)
      for (const form of forms.flatMap((each) => throughLists(each, root))) {
        const field = propertiesOf(form, root).get(step) ?? additional(form)
        if (field)
          next.push({ schema: field.schema, optional: optional || field.optional || forms.length > 1 })
      }
    }
    at = next
  }
  return at.length > 0 ? joined(at) : undefined
}

function throughLists(form: unknown, root: JsonSchema): unknown[] {
  if (!isObject(form) || form['type'] !== 'array') return [form]
  return formsOf(form['items'], root).flatMap((each) => throughLists(each, root))
}

function additional(form: unknown): Field | undefined {
  const schema = isObject(form) ? form['additionalProperties'] : undefined
  return isObject(schema) ? { schema, optional: true } : undefined
}

const decoded = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
