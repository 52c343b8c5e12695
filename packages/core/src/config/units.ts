import { z } from 'zod'

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

function quantity(units: Record<string, number>, fallback: string) {
  return (value: unknown): unknown => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value))
    const factor = match && units[(match[2] || fallback).toLowerCase()]
    return factor ? Math.round(Number(match[1]) * factor) : Number.NaN
  }
}

/** Milliseconds from `500`, `'500ms'`, `'60s'`, `'5m'`, `'1h'`. */
export function duration(min: number, max: number): z.ZodType<number, unknown> {
  return z.preprocess(quantity(MILLISECONDS, 'ms'), z.number().min(min).max(max))
}

/** Bytes from `1024`, `'64KiB'`, `'16MiB'`, `'1GB'`. */
export function bytes(min: number, max: number): z.ZodType<number, unknown> {
  return z.preprocess(quantity(BYTES, 'b'), z.number().min(min).max(max))
}

/** A whole number, also from text. */
export function wholeNumber(min: number, max: number): z.ZodType<number, unknown> {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  )
}

/** Texts from an array or from comma-separated text. */
export const list: z.ZodType<readonly string[], unknown> = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean)
      : value,
  z.array(z.string()),
)

/** Header names in lower case, from an array or from comma-separated text. */
export const headerNames: z.ZodType<readonly string[], unknown> = list.pipe(
  z.array(
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/),
  ),
)

/** Paths of fields, their names joined by dots, from an array or from comma-separated text. */
export const fieldPaths: z.ZodType<readonly string[], unknown> = list.pipe(
  z.array(z.string().regex(/^(?!.*__proto__)[^.\s]+(\.[^.\s]+)*$/)),
)

/** `true`/`false`, also `1`/`0`, `yes`/`no`, `on`/`off` in any case. */
export const flag: z.ZodType<boolean, unknown> = z.preprocess((value) => {
  if (typeof value !== 'string') return value
  const word = value.trim().toLowerCase()
  if (['true', '1', 'yes', 'on'].includes(word)) return true
  if (['false', '0', 'no', 'off'].includes(word)) return false
  return value
}, z.boolean())
