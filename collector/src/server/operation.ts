import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Access, Need } from './access.ts'
import { HttpError, type ErrorCode } from './errors.ts'

/** What an operation is handed: its parameters as its schemas made them. */
export interface OperationCall<Query, Params> {
  query: Query
  params: Params
  /** What the caller may do. */
  access: Access
  request: FastifyRequest
  reply: FastifyReply
}

/** An answer other than JSON, or one of another status. */
export interface Answer {
  description: string
  /** Default `application/json`. */
  mediaType?: string
  schema?: z.ZodType
}

/** One method of one address: what it needs, takes and answers. OpenAPI is made of it. */
export interface Operation {
  need: Need
  /** A few words, as a heading. */
  summary: string
  description?: string
  /** The part of the API that it belongs to, such as `Traces`. */
  tag: string
  query?: z.ZodObject
  params?: z.ZodObject
  /** What a body must be, by media type. Handlers read bodies themselves, within the limits. */
  body?: Readonly<Record<string, z.ZodType>>
  /** Whether the body may be left out. */
  bodyOptional?: boolean
  /** By status. */
  answers: Readonly<Record<number, Answer>>
  /** Beyond those that come of its need, parameters and body. */
  errors: readonly ErrorCode[]
  /** Whether parameters that it does not know are passed over; else they are refused. */
  lenient: boolean
  run(request: FastifyRequest, reply: FastifyReply): unknown
}

interface Declaration<Query extends z.ZodObject, Params extends z.ZodObject> {
  need: Need
  summary: string
  description?: string
  tag: string
  query?: Query
  params?: Params
  body?: Readonly<Record<string, z.ZodType>>
  bodyOptional?: boolean
  /** Schema of the JSON that a 200 carries. */
  answer?: z.ZodType
  answers?: Readonly<Record<number, Answer>>
  errors?: readonly ErrorCode[]
  lenient?: boolean
  handler(call: OperationCall<z.output<Query>, z.output<Params>>): unknown
}

type None = z.ZodObject<Record<never, never>>

/**
 * Declares an operation. Its handler runs only when all parameters are as declared; an empty one counts as not given.
 * Where both ends of a range are given, the first must be before the second.
 *
 * @throws {HttpError} 400 `invalid_parameter`, when it is called with others; 404 for a path that cannot be.
 * @example
 * operation({
 *   need: 'read',
 *   tag: 'Traces',
 *   summary: 'Traces, newest first',
 *   query: z.object({ service: text(100), limit: limit(200, 50) }),
 *   answer: tracePage,
 *   handler: async ({ query }) => ({ data: await store().traces(query) }),
 * })
 */
export function operation<Query extends z.ZodObject = None, Params extends z.ZodObject = None>(
  declared: Declaration<Query, Params>,
): Operation {
  const { handler, answer, answers, errors = [], lenient = false, ...rest } = declared
  return {
    ...rest,
    lenient,
    errors,
    answers: { ...(answer && { 200: { description: declared.summary, schema: answer } }), ...answers },
    run(request, reply) {
      const query = readParameters(declared.query, request.query, lenient) as z.output<Query>
      const params = readParameters(declared.params, request.params, true) as z.output<Params>
      return handler({ query, params, access: request.access, request, reply })
    },
  }
}

/** Parameters as their schemas make them. */
export function readParameters(schema: z.ZodObject | undefined, given: unknown, lenient: boolean): unknown {
  const known = schema?.shape ?? {}
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (!Object.hasOwn(known, name)) {
      if (lenient) continue
      throw invalid(name, 'is not known here', takes(Object.keys(known)))
    }
    if (value === '') continue
    const many = z.globalRegistry.get(known[name]!)?.['many'] === true
    if (Array.isArray(value) && !many) throw invalid(name, 'is given more than once', 'it must be one value')
    values[name] = many && !Array.isArray(value) ? [value] : value
  }
  if (schema === undefined) return {}
  const parsed = schema.safeParse(values)
  if (parsed.success) {
    checkRanges(parsed.data, values)
    return parsed.data
  }
  const { path, message, code } = parsed.error.issues[0]!
  const name = String(path[0])
  const isMissing = values[name] === undefined
  const got = isMissing ? 'is not given' : `is "${String(values[name]).slice(0, 200)}"`
  // Of a type that is missing the schema tells in words of its own.
  throw invalid(name, got, `it must be ${isMissing && code === 'invalid_type' ? 'given' : message}`)
}

/** Parameters that are the two ends of a range of time; the hooks' one has its end in it. */
const RANGES = [
  { from: 'since', to: 'until' },
  { from: 'occurred_since', to: 'occurred_until' },
  { from: 'start_time', to: 'end_time', inclusive: true },
] as const

function checkRanges(parsed: Record<string, unknown>, given: Record<string, unknown>): void {
  for (const range of RANGES) {
    const [from, to] = [parsed[range.from], parsed[range.to]]
    if (typeof from !== 'number' || typeof to !== 'number') continue
    if (from < to || (from === to && 'inclusive' in range)) continue
    const than = 'inclusive' in range ? 'not later than' : 'earlier than'
    throw invalid(
      range.from,
      `is "${String(given[range.from])}"`,
      `it must be ${than} ${range.to}, which is "${String(given[range.to])}"`,
    )
  }
}

function takes(names: readonly string[]): string {
  return names.length === 0 ? 'this address takes no parameters' : `this address takes ${names.join(', ')}`
}

function invalid(name: string, got: string, wanted: string): HttpError {
  return new HttpError('invalid_parameter', `${name.slice(0, 100)} ${got}; ${wanted}`)
}
