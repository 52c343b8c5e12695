import { InvalidArgumentError } from 'commander'

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const COUNT = new Intl.NumberFormat('en')

/** Local time of day: `14:03:07.250`. */
export function clockTime(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '??:??:??.???'
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${parts.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** How long before `now` something was, in its largest unit: `now`, `12 s ago`, `4 min ago`; `–` for nothing. */
export function ago(iso: string | null, now: number): string {
  if (iso === null) return '–'
  const seconds = Math.floor((now - Date.parse(iso)) / 1000)
  if (Number.isNaN(seconds)) return '?'
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** `0.42 ms`, `12.5 ms`, `340 ms`, `1.24 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 99.95) return `${Number(ms.toFixed(ms < 9.995 ? 2 : 1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${Number((ms / 1000).toFixed(2))} s`
  const seconds = Math.round(ms / 1000)
  return `${COUNT.format(Math.floor(seconds / 60))} min ${seconds % 60} s`
}

/**
 * Seconds of a duration such as `90s`, `5m` or `24h`, as the value of an option.
 *
 * @throws {InvalidArgumentError} for anything else
 */
export function seconds(text: string): number {
  const value = read(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError('It must be a duration such as 90s, 5m or 24h.')
}

/**
 * RFC 3339 of a time, or of so long ago as a duration says, as the value of an option.
 *
 * @throws {InvalidArgumentError} for anything else
 */
export function since(text: string): string {
  const before = read(text)
  const time = before === undefined ? Date.parse(text) : Date.now() - before * 1000
  if (/^\d{4}-\d\d-\d\d/.test(text) ? !Number.isNaN(time) : before !== undefined)
    return new Date(time).toISOString()
  throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z, or a duration such as 10m.')
}

function read(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? []
  const value = Number(number) * SECONDS[unit as keyof typeof SECONDS]
  return value > 0 ? value : undefined
}
