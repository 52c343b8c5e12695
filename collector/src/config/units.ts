import { z } from 'zod'
import type { Rate } from '../server/rate-limit.ts'

const MILLISECONDS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const BYTES: Record<string, number> = {
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
}

/** Milliseconds from `90s`, `30m`, `12h`, `7d`; at least a minute. */
export const duration: z.ZodType<number> = quantity(MILLISECONDS, 60_000)

/**
 * Items in a time from `5000/s`, `60000/m`, `1000000/h`, and how many may come at once: a time's worth, or
 * `1000/s burst 2000`.
 */
export const rate: z.ZodType<Rate> = z
  .string()
  .transform((text) => {
    const match = /^\s*([1-9]\d{0,8})\s*\/\s*([smh])(?:\s+burst\s+([1-9]\d{0,8}))?\s*$/.exec(text)
    if (!match) return undefined
    const items = Number(match[1])
    return { items, windowMs: MILLISECONDS[match[2]!]!, burst: Number(match[3] ?? items) }
  })
  .pipe(
    z.object({ items: z.number(), windowMs: z.number(), burst: z.number() }),
  ) as unknown as z.ZodType<Rate>

/** Bytes from `512MiB`, `10GiB`, `10GB`; at least a mebibyte. */
export const byteCount: z.ZodType<number> = quantity(BYTES, 1024 ** 2)

function quantity(units: Record<string, number>, min: number): z.ZodType<number> {
  return z
    .string()
    .transform((text) => {
      const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text)
      return Math.round(Number(match?.[1]) * (units[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN))
    })
    .pipe(z.number().min(min).max(Number.MAX_SAFE_INTEGER)) as unknown as z.ZodType<number>
}
