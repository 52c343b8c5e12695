/** Bytes of one request body, before and after it is decompressed. */
export const BODY_MAX_BYTES: number = 16 * 1024 * 1024
/** Events of one batch. */
export const BATCH_MAX_EVENTS = 20_000
/** Bytes of one event as JSON: it bounds what a page of events can weigh. */
export const EVENT_MAX_BYTES: number = 1024 * 1024
/** How far ahead `occurred_at` of a single event may be; batches keep skewed times. */
export const FUTURE_TOLERANCE_MS: number = 5 * 60_000
