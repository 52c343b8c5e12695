import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** A new ULID, greater than every one made before it in this process. */
export function newEventId(): string {
  return next()
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** Whether `id` is a canonical (upper-case) ULID. */
export function isUlid(id: string): boolean {
  return ULID.test(id)
}
