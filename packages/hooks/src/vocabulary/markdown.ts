import { dataSchema, type JsonSchema } from './json-schema.ts'
import type { SeverityRule } from './severity.ts'
import type { EventDefinition, Vocabulary } from './vocabulary.ts'

/**
 * A vocabulary as a page of Markdown: when each event happens, its severity and its data. `level` is that of the page's
 * heading.
 *
 * @example
 * await writeFile('docs/shop-events.md', describeVocabulary(shop))
 */
export function describeVocabulary({ system, summary, events }: Vocabulary, level = 1): string {
  const heading = '#'.repeat(level)
  const parts = Object.entries(events).map(([name, event]) => describeEvent(`${heading}# ${name}`, event))
  return [`${heading} ${system}`, ...(summary ? [summary] : []), ...parts].join('\n\n') + '\n'
}

function describeEvent(heading: string, { summary, note, severity = 'info', data }: EventDefinition): string {
  const said = [...(summary ? [sentence(summary)] : []), `Severity: ${inWords(severity)}.`]
  const fields = fieldRows(dataSchema(data))
  const table = ['| field | type | |', '|---|---|---|', ...fields].join('\n')
  return [
    heading,
    said.join(' '),
    ...(note ? [note] : []),
    fields.length > 0 ? table : 'Its data have no fields of their own.',
  ].join('\n\n')
}

function inWords(rule: SeverityRule): string {
  if (typeof rule === 'string') return rule
  const cases = Object.entries(rule.is).map(
    ([value, severity]) => `${severity} when \`${rule.from}\` is ${value}`,
  )
  return [...cases, `else ${rule.otherwise}`].join(', ')
}

function fieldRows({ properties = {}, required = [] }: JsonSchema): string[] {
  return Object.entries(properties as Record<string, JsonSchema>).map(([field, schema]) => {
    const optional = (required as string[]).includes(field) ? '' : ', optional'
    return `| \`${field}\` | ${typeOf(schema)}${optional} | ${cell(String(schema['description'] ?? ''))} |`
  })
}

function typeOf(schema: JsonSchema): string {
  const { type, items, anyOf, additionalProperties } = schema
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => cell(String(value))).join(', ')
  if ('const' in schema) return cell(String(schema['const']))
  if (Array.isArray(anyOf)) return (anyOf as JsonSchema[]).map(typeOf).join(' or ')
  if (Array.isArray(type)) return type.map((type: unknown) => typeOf({ ...schema, type })).join(' or ')
  if (type === 'array') return `list of ${typeOf((items ?? {}) as JsonSchema)}`
  if (type === 'object' && typeof additionalProperties === 'object' && additionalProperties !== null)
    return `object of ${typeOf(additionalProperties as JsonSchema)}`
  return NAMES[String(type)] ?? 'anything'
}

const NAMES: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
}

const sentence = (text: string): string => text.replace(/\.?$/, '.')

/** A cell of a table ends at a bar and at the end of a line. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
