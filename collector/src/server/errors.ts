export type ErrorCode =
  | 'bad_request'
  | 'invalid_json'
  | 'invalid_body'
  | 'invalid_parameter'
  | 'invalid_encoding'
  | 'invalid_url'
  | 'unauthenticated'
  | 'insufficient_permissions'
  | 'source_mismatch'
  | 'host_refused'
  | 'origin_refused'
  | 'forwarding_refused'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'request_timeout'
  | 'url_too_long'
  | 'body_too_large'
  | 'batch_too_large'
  | 'unsupported_media_type'
  | 'unsupported_encoding'
  | 'validation_failed'
  | 'upgrade_required'
  | 'headers_too_large'
  | 'too_many_requests'
  | 'internal_error'
  | 'overloaded'
  | 'storage_unavailable'
  | 'not_ready'
  | 'query_timeout'

/** Every error that the HTTP API answers: machine code → status. The message says what is wrong and what would be right. */
export const ERRORS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  invalid_json: 400,
  invalid_body: 400,
  invalid_parameter: 400,
  invalid_encoding: 400,
  invalid_url: 400,
  unauthenticated: 401,
  insufficient_permissions: 403,
  source_mismatch: 403,
  host_refused: 403,
  origin_refused: 403,
  forwarding_refused: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  request_timeout: 408,
  body_too_large: 413,
  url_too_long: 414,
  batch_too_large: 413,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  validation_failed: 422,
  upgrade_required: 426,
  too_many_requests: 429,
  headers_too_large: 431,
  internal_error: 500,
  overloaded: 503,
  storage_unavailable: 503,
  not_ready: 503,
  query_timeout: 504,
}

/** An answer with an error status; its body is `{ error, message, …details }`. */
export class HttpError extends Error {
  override readonly name: string = 'HttpError'
  readonly code: ErrorCode
  readonly status: number
  readonly headers: Record<string, string>
  readonly details: Record<string, unknown>

  constructor(
    code: ErrorCode,
    message: string,
    {
      headers = {},
      details = {},
    }: { headers?: Record<string, string>; details?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.code = code
    this.status = ERRORS[code]
    this.headers = headers
    this.details = details
  }

  get body(): Record<string, unknown> {
    return { error: this.code, message: this.message, ...this.details }
  }
}

/** For an answer that asks to come again: 1 to 3 seconds, spread so that clients do not come back all at once. */
export function retryAfter(): { 'retry-after': string } {
  return { 'retry-after': String(1 + Math.floor(Math.random() * 3)) }
}
