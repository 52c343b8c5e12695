import { z } from 'zod'
import type { Operation } from '../server/operation.ts'
import { errorAnswers, ERROR_SCHEMA, STATUS_SCHEMA } from './errors.ts'

/** An operation at its address: `GET /api/v1/traces/:id`. */
export interface PlacedOperation {
  method: string
  path: string
  operation: Operation
}

export type JsonSchema = Record<string, unknown>

export interface OpenApiParameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: JsonSchema
  style?: 'form'
  explode?: boolean
}

export interface OpenApiOperation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters: OpenApiParameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: JsonSchema }> }>
}

/** An OpenAPI 3.1 document, as much of it as we write. */
export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> }
}

/** Describes operations by what they declare. */
export function openApiDocument(placed: readonly PlacedOperation[], version: string): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  const tags = new Set<string>()
  for (const each of placed) {
    tags.add(each.operation.tag)
    const path = each.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: describe(each) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hubline collector', version, description: INTRODUCTION },
    tags: [...tags].toSorted().map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA, Status: STATUS_SCHEMA },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token with the scope that the operation needs.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'hubline_session',
          description: 'Of a page that signed in.',
        },
      },
    },
  }
}

const INTRODUCTION =
  'What the collector takes and answers. While it has no tokens, requests from its own machine need none.'

function describe({ method, path, operation }: PlacedOperation): OpenApiOperation {
  const { summary, description, tag, need, body } = operation
  const described: OpenApiOperation = {
    operationId: idOf(method, path),
    summary,
    tags: [tag],
    security: securityOf(operation),
    parameters: [...parametersIn('path', operation.params), ...parametersIn('query', operation.query)],
    responses: { ...answersOf(operation), ...errorAnswers(operation) },
  }
  const needs = need === 'open' || need === 'any' ? '' : `Needs the scope \`${need}\` where there are tokens.`
  const text = [description, needs].filter(Boolean).join(' ')
  if (text !== '') described.description = text
  if (body)
    described.requestBody = {
      required: operation.bodyOptional !== true,
      content: mapValues(body, (schema) => ({ schema: toSchema(schema, 'input') })),
    }
  return described
}

function securityOf({ need }: Operation): OpenApiOperation['security'] {
  if (need === 'open') return []
  return need === 'read' ? [{ token: [] }, { session: [] }] : [{ token: [] }]
}

function parametersIn(place: 'path' | 'query', schema: z.ZodObject | undefined): OpenApiParameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => {
    const { description, many, ...rest } = toSchema(each as z.ZodType, 'input')
    const required = place === 'path' || !(each as z.ZodType).safeParse(undefined).success
    const parameter: OpenApiParameter = { name, in: place, required, schema: rest }
    if (typeof description === 'string') parameter.description = description
    return many === true ? { ...parameter, style: 'form', explode: true } : parameter
  })
}

function answersOf({ answers }: Operation): OpenApiOperation['responses'] {
  return mapValues(answers, ({ description, mediaType, schema }) => {
    const type = mediaType ?? (schema && 'application/json')
    if (type === undefined) return { description }
    return { description, content: { [type]: schema ? { schema: toSchema(schema, 'output') } : {} } }
  })
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** `get_api_v1_traces_id` */
function idOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '')
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))
}
