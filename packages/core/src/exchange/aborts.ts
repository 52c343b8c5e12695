import { isError } from '../errors/describe.ts'

const ABORTS = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'])

/** Whether streams and parsers say this when somebody has left, be it a client or a service further on. */
export function tellsOfAbort(error: unknown): boolean {
  return ABORTS.has(codeOf(error))
}

/**
 * Whether `error` is but a framework's vain attempt to answer after `earlier`: the head has left, or a header that
 * cannot be sent is there once more.
 */
export function isRepeated(error: unknown, earlier: unknown): boolean {
  const code = codeOf(error)
  if (code === 'ERR_HTTP_HEADERS_SENT') return true
  return HEADER_FAULTS.has(code) && codeOf(earlier) === code && messageOf(earlier) === messageOf(error)
}

const HEADER_FAULTS = new Set(['ERR_INVALID_CHAR', 'ERR_HTTP_INVALID_HEADER_VALUE', 'ERR_INVALID_HTTP_TOKEN'])

function codeOf(error: unknown): string {
  return isError(error) ? String((error as NodeJS.ErrnoException).code) : ''
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : ''
}
