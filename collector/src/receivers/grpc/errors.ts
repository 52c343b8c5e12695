import { Code, ConnectError } from '@connectrpc/connect'
import { RetryInfoSchema } from '../../otlp/gen/google/rpc/error_details_pb.ts'
import { toHttpError } from '../../server/to-http-error.ts'
import { rpcCode } from '../rpc-codes.ts'

/**
 * What a gRPC client should see of any error. Only what carries RetryInfo is tried again: with it RESOURCE_EXHAUSTED says
 * "slower", without it "too large".
 */
export function toRpcError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error
  const known = toHttpError(error)
  const seconds = known.headers['retry-after']
  const retry = { desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(seconds ?? 0) } } }
  const details = seconds === undefined ? [] : [retry]
  return new ConnectError(known.message, rpcCode(known), undefined, details, error)
}

/** Refusals of the protocol's own layer are counted under the words that HTTP has for them. */
const WORDS: Partial<Record<Code, string>> = {
  [Code.ResourceExhausted]: 'body_too_large',
  [Code.Unavailable]: 'overloaded',
  [Code.DeadlineExceeded]: 'request_timeout',
  [Code.Unimplemented]: 'unsupported_encoding',
  [Code.InvalidArgument]: 'invalid_body',
}

/**
 * Why a message could not be read, from the trailer of the answer; undefined when it could. What is no protobuf is made
 * the sender's fault, as OTLP has it; the protocol's layer calls it its own.
 */
export function readingProblem(trailer: Headers): string | undefined {
  const code = Number(trailer.get('grpc-status'))
  if (code === 0) return undefined
  const unreadable = code === Code.Internal && trailer.get('grpc-message')?.startsWith('parse%20binary')
  if (!unreadable) return WORDS[code as Code] ?? 'bad_request'
  trailer.set('grpc-status', String(Code.InvalidArgument))
  return 'invalid_body'
}
