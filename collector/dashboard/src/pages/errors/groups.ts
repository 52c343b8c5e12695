import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../events/summary.ts'

export type Group = Answer<'errors'>['data'][number]
export type Detail = Answer<'errors/{id}'>
export type Example = NonNullable<Detail['example']>
export type Frame = Example['frames'][number]

/** What the list shows, by the word in the address; the first where the address has none. */
export const VIEWS: Readonly<Record<string, { label: string; states: string | undefined }>> = {
  open: { label: 'Open', states: 'open,regressed' },
  resolved: { label: 'Resolved', states: 'resolved' },
  muted: { label: 'Muted', states: 'muted' },
  all: { label: 'All', states: undefined },
}

export const TONES: Record<Group['state'], Tone> = {
  open: 'bad',
  regressed: 'bad',
  resolved: 'good',
  muted: 'plain',
}

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const WEEK_HOURS = 7 * DAY_HOURS

/** Occurrences by the hour, with those without any: of a day where all is that young, else of a week. */
export function hoursOf(detail: Detail, now: number): { times: number[]; counts: number[] } {
  const known = new Map(detail.series.hourly.map(({ at, count }) => [Date.parse(at), count]))
  const isYoung = now - Date.parse(detail.first_seen) < DAY_HOURS * HOUR_MS
  const length = isYoung ? DAY_HOURS : WEEK_HOURS
  const last = Math.floor(now / HOUR_MS) * HOUR_MS
  const times = Array.from({ length }, (_, index) => last - (length - 1 - index) * HOUR_MS)
  return { times, counts: times.map((at) => known.get(at) ?? 0) }
}

/** Where a frame is, as editors read it: `src/pay.ts:12:8`. */
export function positionOf({ file, line, column }: Frame): string {
  return [file, line, column].filter((part) => part !== null && part !== '').join(':')
}
