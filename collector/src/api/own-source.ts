import type { Access } from '../server/access.ts'
import { HttpError } from '../server/errors.ts'

/**
 * The source to read: the one asked for, or the only one that the token may read.
 *
 * @throws {HttpError} 403 when they differ.
 */
export function ownSource({ source }: Access, asked: string | undefined): string | undefined {
  if (source === null || asked === source) return asked
  if (asked === undefined) return source
  throw new HttpError('source_mismatch', `the token is bound to the source "${source}", not "${asked}"`)
}

/** @throws {HttpError} 403 for a token that is bound to one source, where an answer spans many. */
export function needsEverySource({ source }: Access): void {
  if (source === null) return
  throw new HttpError(
    'insufficient_permissions',
    `this answer spans all sources, the token is bound to "${source}"; it needs a token for the source *`,
  )
}
