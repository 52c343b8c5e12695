/** As much of a JSON Schema as the API's document has. */
interface Schema {
  type?: string | readonly string[]
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: Schema | boolean
}

interface Operation {
  parameters: readonly { name: string; required: boolean; schema: Schema }[]
  responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>>
}

/** As much of an OpenAPI document as is read here. */
export interface ApiDocument {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const JSON_TYPE = 'application/json'
const OPERATION = /^\/api\/v1\//

/**
 * Writes TypeScript of what the operations under `/api/v1/` take and answer as JSON.
 *
 * @example
 * import { apiTypes } from './api-types.ts'
 * const source = apiTypes(await (await fetch('http://localhost:4318/openapi.json')).json())
 */
export function apiTypes(document: ApiDocument): string {
  const lines = Object.entries(document.paths)
    .filter(([path]) => OPERATION.test(path))
    .flatMap(([path, methods]) => Object.entries(methods).flatMap((entry) => describe(path, ...entry)))
  return `// Made of the collector's own description of its API.\n\nexport interface Api {\n${lines.join('\n')}\n}\n`
}

function describe(path: string, method: string, { parameters, responses }: Operation): string[] {
  const answer = (responses['200'] ?? responses['201'])?.content?.[JSON_TYPE]?.schema
  if (!answer) return []
  const given = parameters.map(({ name, required, schema }) => {
    return `${JSON.stringify(name)}${required ? '' : '?'}: ${parameter(schema)}`
  })
  const parts = [`given: ${braced(given)}`, `answer: ${typeOf(answer)}`]
  return [`  ${JSON.stringify(`${method.toUpperCase()} ${path}`)}: ${braced(parts)}`]
}

function parameter(schema: Schema): string {
  if (schema.enum) return typeOf(schema)
  return schema.type === 'array' ? 'readonly string[]' : 'string | number | boolean'
}

function typeOf(schema: Schema): string {
  const { type, anyOf, items, properties = {}, required = [], additionalProperties } = schema
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' | ')
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ')
  if (Array.isArray(type)) return type.map((each: string) => typeOf({ ...schema, type: each })).join(' | ')
  if (type === 'integer') return 'number'
  if (type === 'array') return `Array<${typeOf(items ?? {})}>`
  if (type !== 'object') return (type as string | undefined) ?? 'unknown'
  const known = Object.entries(properties).map(([name, each]) => {
    return `${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(each)}`
  })
  if (known.length > 0) return braced(known)
  return `Record<string, ${typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'}>`
}

function braced(parts: readonly string[]): string {
  return parts.length === 0 ? '{}' : `{ ${parts.join('; ')} }`
}
