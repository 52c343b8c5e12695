import type { Operation } from '../server/operation.ts'
import { ERRORS, type ErrorCode } from '../server/errors.ts'
import type { JsonSchema, OpenApiOperation } from './document.ts'

/** Body of an error. */
export const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['error', 'message'],
  properties: {
    error: { type: 'string', enum: Object.keys(ERRORS).toSorted(), description: 'For programs.' },
    message: { type: 'string', description: 'What is wrong, and what would be right.' },
  },
}

/** Body of an error below `/v1`: a google.rpc.Status, in the encoding of the request. */
export const STATUS_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
}

const DOORS: readonly ErrorCode[] = ['host_refused', 'origin_refused', 'forwarding_refused']
const BODY: readonly ErrorCode[] = [
  'invalid_body',
  'invalid_encoding',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'unsupported_encoding',
  'too_many_requests',
  'overloaded',
  'storage_unavailable',
]

/** The errors that an operation answers with, whatever else it does: by its door, parameters and body. */
export function errorAnswers(operation: Operation): OpenApiOperation['responses'] {
  const { need, query, params, body, errors, lenient } = operation
  const codes = new Set<ErrorCode>([...DOORS, 'not_ready', ...errors])
  if (need !== 'open') codes.add('unauthenticated').add('insufficient_permissions')
  if (query || params || !lenient) codes.add('invalid_parameter')
  if (params) codes.add('not_found')
  if (need === 'read') codes.add('query_timeout')
  if (body) for (const code of BODY) codes.add(code)
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code])
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.toSorted().join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  )
}
