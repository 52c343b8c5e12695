import { z } from 'zod'
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
    oneOf: entries.map(([name, { summary, version = 1 }]) => ({
      title: name,
      ...(summary && { description: summary }),
      type: 'object',
      properties: {
        source: { const: system },
        type: { const: name },
        version: { const: version },
        payload: { $ref: `#/$defs/${name}` },
      },
      required: ['source', 'type', 'payload'],
    })),
    $defs: Object.fromEntries(entries.map(([name, { data }]) => [name, dataSchema(data)])),
  }
}
