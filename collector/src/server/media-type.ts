import { HttpError } from './errors.ts'

/** The media type of a `Content-Type` header, without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

/** @throws {HttpError} 415 that names what is accepted. */
export function unsupported(header: string | undefined, accepted: readonly string[]): HttpError {
  const got = header === undefined ? 'there is no content-type' : `the content-type is "${header}"`
  return new HttpError('unsupported_media_type', `${got}; send ${accepted.join(' or ')}`)
}
