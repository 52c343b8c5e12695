import type { JsonSchema } from '@hubline/core/wire'

/** A comment of documentation, and the line that it stands on. */
export function docOf(text: unknown, indent: string): string {
  if (typeof text !== 'string' || text.trim() === '') return ''
  const line = text.replace(/\s+/g, ' ').replaceAll('*/', '*\\/').trim()
  return `${indent}/** ${line} */\n${indent}`
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** Writes the TypeScript of a JSON Schema; what TypeScript cannot say, such as bounds and patterns, is left out. */
export class TypeWriter {
  /** What is referred to, as declarations. */
  readonly declared: string[] = []
  readonly #root: JsonSchema
  readonly #name: (hint: string) => string
  readonly #named = new Map<string, string>()

  /** @param name makes a new name for a part, of a hint. */
  constructor(root: JsonSchema, name: (hint: string) => string) {
    this.#root = root
    this.#name = name
  }

  write(schema: unknown, indent = ''): string {
    if (schema === false) return 'never'
    if (typeof schema !== 'object' || schema === null) return 'unknown'
    const { $ref, enum: values, anyOf, oneOf, allOf, type } = schema as JsonSchema
    if (typeof $ref === 'string') return this.#reference($ref)
    if ('const' in schema) return literal(schema.const)
    if (Array.isArray(values)) return union(values.map(literal))
    const choices = anyOf ?? oneOf
    if (Array.isArray(choices)) return union(choices.map((each) => this.write(each, indent)))
    if (Array.isArray(allOf)) return allOf.map((each) => this.#grouped(each, indent)).join(' & ')
    if (Array.isArray(type)) return union(type.map((each) => this.write({ ...schema, type: each }, indent)))
    if (type === 'array') return this.#list(schema as JsonSchema, indent)
    if (type === 'object' || 'properties' in schema) return this.#object(schema as JsonSchema, indent)
    return PLAIN[String(type)] ?? 'unknown'
  }

  #list({ items, prefixItems }: JsonSchema, indent: string): string {
    if (!Array.isArray(prefixItems)) return `${this.#grouped(items, indent)}[]`
    const rest = items === false || items === undefined ? [] : [`...${this.#grouped(items, indent)}[]`]
    return `[${[...prefixItems.map((each) => this.write(each, indent)), ...rest].join(', ')}]`
  }

  #object({ properties = {}, required = [], additionalProperties }: JsonSchema, indent: string): string {
    const entries = Object.entries(properties as JsonSchema)
    if (entries.length === 0)
      return `Record<string, ${additionalProperties === false ? 'never' : this.write(additionalProperties, indent)}>`
    const inner = `${indent}  `
    const lines = entries.map(([key, schema]) => {
      const optional = (required as unknown[]).includes(key) ? '' : '?'
      const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
      const doc = docOf((schema as JsonSchema | undefined)?.['description'], inner) || inner
      return `${doc}${name}${optional}: ${this.write(schema, inner)}`
    })
    return `{\n${lines.join('\n')}\n${indent}}`
  }

  #grouped(schema: unknown, indent: string): string {
    const written = this.write(schema, indent)
    return / [|&] /.test(written) && !written.startsWith('{') ? `(${written})` : written
  }

  #reference(ref: string): string {
    const known = this.#named.get(ref)
    if (known !== undefined) return known
    const steps = ref.split('/').slice(1).map(decoded)
    let target: unknown = ref.startsWith('#') ? this.#root : undefined
    for (const step of steps) target = (target as JsonSchema | undefined)?.[step]
    if (target === undefined) return 'unknown'
    const words = (steps.at(-1) ?? 'Whole').split(/\W+|_+/).filter((word) => word !== '')
    const name = this.#name(words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''))
    this.#named.set(ref, name)
    this.declared.push(`export type ${name} = ${this.write(target)}`)
    return name
  }
}

const decoded = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never'
}

function literal(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'unknown' : JSON.stringify(value)
}
