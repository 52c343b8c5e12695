import { StoreError } from '../store/store-error.ts'
import { HttpError, retryAfter, type ErrorCode } from './errors.ts'

/** What the client should see of any error; the unexpected becomes a 500 that tells nothing of the inside. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof StoreError && error.reason !== 'internal') return fromStore(error)
  const { statusCode, message } = error as { statusCode?: unknown; message?: string }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new HttpError(CLIENT_CODES[statusCode] ?? 'bad_request', message ?? 'the request cannot be read')
  }
  return new HttpError('internal_error', 'the collector failed on this request; its log says why')
}

const CLIENT_CODES: Record<number, ErrorCode> = {
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}

function fromStore({ reason, message }: StoreError): HttpError {
  if (reason === 'timeout') return new HttpError('query_timeout', `${message}; ask for less`)
  if (reason === 'overloaded')
    return new HttpError('overloaded', `${message}; try again shortly`, { headers: retryAfter() })
  if (reason === 'over_share')
    return new HttpError('too_many_requests', `${message}; send slower`, { headers: retryAfter() })
  if (reason === 'disk') {
    return new HttpError('storage_unavailable', `nothing was stored: ${message}`, { headers: retryAfter() })
  }
  return new HttpError('not_ready', `${message}; try again shortly`, { headers: retryAfter() })
}
