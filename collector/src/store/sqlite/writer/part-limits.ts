import type { RetentionLimits } from '../../../config/retention.ts'
import type { StoredSignal } from '../../store.ts'
import type { StoreLimits } from '../messages.ts'

/** When a part is sealed: by the first of these that it reaches. */
export interface PartLimits {
  rows: number
  /** Milliseconds since it was made. */
  ageMs: number
  bytes: number
}

const MINUTE_MS = 60_000
const LEAST_BYTES = 64 * 1024
const MOST_BYTES = 1024 ** 3
// Only sealed parts can be given up, so what is open must be a small share of what may be kept.
const PARTS_OF_AGE = 7
const PARTS_OF_ALL_BYTES = 32
const PARTS_OF_OWN_BYTES = 8

/** Those of one signal, for what is to be kept of it. */
export function partLimits(
  signal: StoredSignal,
  { partRows, partAgeMs }: StoreLimits,
  { ageMs, bytes, signals }: RetentionLimits,
): PartLimits {
  const own = signals?.[signal]
  const ageShare = Math.max(MINUTE_MS, (own?.ageMs ?? ageMs) / PARTS_OF_AGE)
  const share = Math.min(
    bytes / PARTS_OF_ALL_BYTES,
    (own?.bytes ?? Number.POSITIVE_INFINITY) / PARTS_OF_OWN_BYTES,
  )
  return {
    rows: partRows,
    ageMs: Math.min(partAgeMs, ageShare),
    bytes: Math.trunc(Math.max(LEAST_BYTES, Math.min(MOST_BYTES, share))),
  }
}
