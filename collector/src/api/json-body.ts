import { fieldErrors } from '@hubline/core/wire'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { LIMITS } from '../config/limits.ts'
import { checkStillHolds } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { mediaType, unsupported } from '../server/media-type.ts'
import { readBody } from '../server/read-body.ts'

const JSON_TYPE = 'application/json'

/** Whether a request has no body; where all that it could say may be left out, that is as good as an empty one. */
export function hasNoBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
}

/**
 * Reads what an operation is told to do.
 *
 * @throws {HttpError} 415, 413, 400 for what is not JSON, 422 with `errors` by field for what is not as `schema` wants it
 * @example
 * const { name } = await readJson(request, context, z.strictObject({ name: z.string() }))
 */
export async function readJson<Schema extends z.ZodType>(
  request: FastifyRequest,
  { reading }: Pick<Context, 'reading'>,
  schema: Schema,
  maxBytes: number = LIMITS.commandBytes.value,
): Promise<z.output<Schema>> {
  const type = request.headers['content-type']
  if (mediaType(type) !== JSON_TYPE) throw unsupported(type, [JSON_TYPE])
  const body = await readBody(request.raw, maxBytes, reading)
  checkStillHolds(request.access)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new HttpError('invalid_json', `the body is not JSON: ${(error as Error).message}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error)
  const [field, messages] = Object.entries(errors)[0]!
  throw new HttpError('validation_failed', `${field} ${messages[0]}`, { details: { errors } })
}
