import type { IncomingMessage } from 'node:http'
import { LIMITS } from '../config/limits.ts'
import { HttpError } from './errors.ts'

/**
 * Checks what a request begins with, before anything is decided by it.
 *
 * @throws {HttpError} 400 for a target that is for a proxy and for several Host headers, either of which could be taken
 * for another host than the one that is checked; 414 and 431 for too much of it
 */
export function checkRequestLine({ url = '', method, rawHeaders }: IncomingMessage): void {
  if (url.length > LIMITS.urlBytes.value) {
    throw new HttpError(
      'url_too_long',
      `the address is ${url.length} bytes, at most ${LIMITS.urlBytes.value} are read`,
    )
  }
  if (!url.startsWith('/') && !(method === 'OPTIONS' && url === '*')) {
    throw new HttpError('invalid_url', 'the request target must be a path such as /health: this is no proxy')
  }
  const names = rawHeaders.filter((_text, index) => index % 2 === 0)
  if (names.length > LIMITS.headers.value) {
    throw new HttpError(
      'headers_too_large',
      `there are ${names.length} headers, at most ${LIMITS.headers.value} are read`,
    )
  }
  if (names.filter((name) => name.toLowerCase() === 'host').length > 1) {
    throw new HttpError('bad_request', 'there are several Host headers; send one')
  }
}
