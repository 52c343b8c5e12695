const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})?$/
/** In UTC, as it is kept. */
const UTC =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?Z$/
const DAYS_OF_EVERY_MONTH = 28
const ISO_LENGTH = '2026-01-31T12:00:00.000Z'.length

let second = Number.NaN
let upToSecond = ''

/** As `Date.toISOString()`, which costs a microsecond, of times that are mostly of the second that was asked for last. */
export function isoTime(ms: number): string {
  const millis = millisOf(ms)
  return `${isoSecond(ms)}${millis < 10 ? '00' : millis < 100 ? '0' : ''}${millis}Z`
}

/** What stands before the milliseconds of `isoTime(ms)`, the point included. */
export function isoSecond(ms: number): string {
  const seconds = Math.floor(Math.trunc(ms) / 1000)
  if (seconds !== second) {
    upToSecond = new Date(seconds * 1000).toISOString().slice(0, -4)
    second = seconds
  }
  return upToSecond
}

/** Whole milliseconds since the second began. */
export function millisOf(ms: number): number {
  const whole = Math.trunc(ms)
  return whole - Math.floor(whole / 1000) * 1000
}

/**
 * Brings an RFC 3339 time to UTC; a time without a zone is read as UTC.
 *
 * Sub-millisecond digits survive unless a zone offset has to be applied.
 *
 * @returns the time ending in `Z`, or undefined when `value` is no such time.
 * @example
 * normaliseTimestamp('2026-01-31T12:00:00.123456+00:00') // '2026-01-31T12:00:00.123456Z'
 */
export function normaliseTimestamp(value: string): string | undefined {
  if (UTC.test(value) && Number(value.slice(8, 10)) <= DAYS_OF_EVERY_MONTH) return value
  const match = RFC3339.exec(value)
  if (!match) return undefined
  const [, date, time, fraction = '', zone = 'Z'] = match
  const offset = zone === 'z' ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const millis = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`)
  if (Number.isNaN(millis)) return undefined
  // Date.parse rolls 31 February over to March instead of refusing it.
  if (new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(date!.slice(8))) return undefined
  if (offset === 'Z' || offset === '+00:00' || offset === '-00:00') return `${date}T${time}${fraction}Z`
  const utc = new Date(millis).toISOString()
  // Beyond the years 0000 to 9999, which an offset can lead to, RFC 3339 cannot write a time.
  return utc.length === ISO_LENGTH ? utc : undefined
}
