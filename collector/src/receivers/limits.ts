/** How far ahead `occurred_at` of a single event may be; batches keep skewed times. */
export const FUTURE_TOLERANCE_MS: number = 5 * 60_000
