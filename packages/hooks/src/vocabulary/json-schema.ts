import type { Severity } from '@hubline/core'
import { z } from 'zod'
import { severitiesOf } from './severity.ts'
import type { DataSchema, Vocabulary } from './vocabulary.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>

/** The JSON Schema of an event's data as they arrive; what JSON Schema cannot say is left open. */
export function dataSchema(data: DataSchema): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(data, { io: 'output', unrepresentable: 'any' })
  return schema
}

/**
 * The JSON Schema of every hub event of a vocabulary, as the collector hands them out; `$defs` has that of each
 * event's data.
 *
 * @example
 * await writeFile('shop.schema.json', JSON.stringify(vocabularySchema(shop), null, 2))
 */
export function vocabularySchema({ system, summary, events }: Vocabulary): JsonSchema {
  const entries = Object.entries(events)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: system,
    ...(summary && { description: summary }),
    oneOf: entries.map(([name, { summary, severity = 'info', version = 1 }]) => ({
      title: name,
      ...(summary && { description: summary }),
      type: 'object',
      properties: {
        // A name that begins with the system's says by itself whose event it is, whoever sends it.
        ...(!name.startsWith(`${system}.`) && { source: { const: system } }),
        type: { const: name },
        version: { const: version },
        severity: { default: severitiesOf(severity)[0] satisfies Severity | undefined },
        payload: { $ref: `#/$defs/${name}` },
      },
      required: ['type', 'payload'],
    })),
    $defs: Object.fromEntries(entries.map(([name, { data }]) => [name, resource(name, dataSchema(data))])),
  }
}

/** A schema that refers to its own parts is a resource of its own, so that they are found where it is embedded. */
function resource(name: string, schema: JsonSchema): JsonSchema {
  return JSON.stringify(schema).includes('"$ref"') ? { $id: name, ...schema } : schema
}
