import { z } from 'zod'
import { parsed, type Optional } from '../api/parameters.ts'

const DURATION = /^(\d{1,9})(s|m|h|d)$/
const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds since the epoch, of what was said when it is `now`. */
export type Moment = (now: number) => number

/** A time, or so long before now. */
export function since(): Optional<Moment> {
  return parsed('an RFC 3339 time, or how long ago such as 30m, 24h or 7d', readMoment)
    .optional()
    .describe('Only what came since then: RFC 3339, or how long ago, such as 30m, 24h or 7d.')
}

function readMoment(given: string): Moment | undefined {
  const [, number, unit] = DURATION.exec(given) ?? []
  if (unit !== undefined) return (now) => Math.max(0, now - Number(number) * UNITS[unit]!)
  const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  return ms >= 0 ? () => ms : undefined
}

/** How many of what there is. */
export function most(max: number, fallback: number): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).max(max).default(fallback).describe(`How many at most, 1 to ${max}.`)
}
