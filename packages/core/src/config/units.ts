/** What a reader answers to a value that it cannot use. */
export const UNFIT: unique symbol = Symbol('unfit')

/** Takes an option, or the text of a variable, for what a setting holds. Never throws. */
export type Reader<T> = (value: unknown) => T | typeof UNFIT

// A library of schemas would be most of what an app's start pays for us; these are few.

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
}

/** A finite number from `min` to `max`. */
const within = (value: unknown, min: number, max: number): number | typeof UNFIT =>
  typeof value === 'number' && value >= min && value <= max ? value : UNFIT

/** A number may come as text, and an object may have anything for its own. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

function quantity(units: Record<string, number>, fallback: string, min: number, max: number): Reader<number> {
  return (value) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(textOf(value))
    const factor = match && units[(match[2] || fallback).toLowerCase()]
    return factor ? within(Math.round(Number(match[1]) * factor), min, max) : UNFIT
  }
}

/** Milliseconds from `500`, `'500ms'`, `'60s'`, `'5m'`, `'1h'`. */
export const duration = (min: number, max: number): Reader<number> => quantity(MILLISECONDS, 'ms', min, max)

/** Bytes from `1024`, `'64KiB'`, `'16MiB'`, `'1GB'`. */
export const bytes = (min: number, max: number): Reader<number> => quantity(BYTES, 'b', min, max)

/** A whole number, also from text. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value
    return Number.isSafeInteger(number) ? within(number, min, max) : UNFIT
  }
}

/** A ratio from 0 to 1, also from text. */
export const ratio: Reader<number> = (value) =>
  within(typeof value === 'string' && /^[\d.]+$/.test(value) ? Number(value) : value, 0, 1)

/** One of these words. */
export const oneOf =
  <T extends string>(words: readonly T[]): Reader<T> =>
  (value) =>
    words.includes(value as T) ? (value as T) : UNFIT

/** Text that matches. */
export const text =
  (pattern: RegExp): Reader<string> =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : UNFIT

/** Text of 1 to `max` characters, without the spaces around it. */
export const label =
  (max: number): Reader<string> =>
  (value) => {
    const trimmed = typeof value === 'string' ? value.trim() : ''
    return trimmed !== '' && trimmed.length <= max ? trimmed : UNFIT
  }

/** Texts from an array or from comma-separated text. */
export const list: Reader<readonly string[]> = (value) => {
  if (typeof value === 'string') {
    const items = value.split(',').map((item) => item.trim())
    return items.filter(Boolean)
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : UNFIT
}

function listOf(pattern: RegExp, value: unknown): readonly string[] | typeof UNFIT {
  const items = list(value)
  return items !== UNFIT && items.every((item) => pattern.test(item)) ? items : UNFIT
}

/** Header names in lower case, from an array or from comma-separated text. */
export const headerNames: Reader<readonly string[]> = (value) => {
  const names = listOf(/^[a-z0-9!#$%&'*+.^_`|~-]+$/i, value)
  return names === UNFIT ? UNFIT : names.map((name) => name.toLowerCase())
}

/** Paths of fields, their names joined by dots, from an array or from comma-separated text. */
export const fieldPaths: Reader<readonly string[]> = (value) =>
  listOf(/^(?!.*__proto__)[^.\s]+(\.[^.\s]+)*$/, value)

/** `true`/`false`, also `1`/`0`, `yes`/`no`, `on`/`off` in any case. */
export const flag: Reader<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (['true', '1', 'yes', 'on'].includes(word)) return true
  return ['false', '0', 'no', 'off'].includes(word) ? false : UNFIT
}
