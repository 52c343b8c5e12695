/** Seconds of the two sizes of buckets in which calls are counted. */
export const STEPS_S = [60, 3600] as const

/** How long minutes are kept; hours are kept as long as spans. */
export const MINUTES_KEPT_MS: number = 48 * 3_600_000
