import { normaliseTimestamp } from '@hubline/core/wire'
import { HttpError } from '../server/errors.ts'

/** Query parameters of a request, read one by one; each reader throws an `invalid_parameter` that names it. */
export class Parameters {
  readonly #query: Record<string, unknown>

  constructor(query: unknown) {
    this.#query = query as Record<string, unknown>
  }

  text(name: string, maxLength = 200): string | undefined {
    const value = this.#query[name]
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string') throw invalid(name, 'is given more than once', 'one value')
    if (value.length > maxLength) throw invalid(name, 'is too long', `at most ${maxLength} characters`)
    return value
  }

  integer(name: string, { min, max, fallback }: { min: number; max: number; fallback: number }): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw invalid(name, `is "${value}"`, `a whole number from ${min} to ${max}`)
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.text(name)
    if (value === undefined) return fallback
    if (words.includes(value as Word)) return value as Word
    throw invalid(name, `is "${value}"`, words.join(' or '))
  }

  /** Milliseconds since the epoch of an RFC 3339 time or date. */
  time(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    // An unescaped + of a zone offset arrives as a space.
    const text = value.replace(/ (\d{2}:?\d{2})$/, '+$1')
    const utc = normaliseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
    const ms = utc === undefined ? Number.NaN : Date.parse(utc)
    if (ms >= 0) return ms
    throw invalid(name, `is "${value}"`, 'an RFC 3339 time such as 2026-01-31T12:00:00Z')
  }

  ulid(name: string): string | undefined {
    const value = this.text(name)?.toUpperCase()
    if (value === undefined || isCursor(value)) return value
    throw invalid(name, `is "${value}"`, 'a cursor as an earlier answer gave it')
  }

  hex(name: string, digits: number): string | undefined {
    const value = this.text(name)?.toLowerCase()
    if (value === undefined || (value.length === digits && /^[0-9a-f]+$/.test(value))) return value
    throw invalid(name, `is "${value}"`, `${digits} hex digits`)
  }
}

/** Whether `text` is an upper-case ULID, the form of cursors. */
export function isCursor(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}

function invalid(name: string, got: string, wanted: string): HttpError {
  return new HttpError('invalid_parameter', `${name} ${got}; it must be ${wanted}`)
}
