import type { JSX } from 'preact'
import { zone, type Zone } from '../app/preferences.ts'
import { useStore } from '../app/store.ts'
import { thisSecond } from './now.ts'

/** How long before `now` something was, in its largest unit: `now`, `12 s ago`, `4 min ago`. */
export function ago(time: number, now: number): string {
  const seconds = Math.floor((now - time) / 1000)
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** How long something has lasted, in its largest unit: `12 s`, `4 min`. */
export function lasting(since: number, now: number): string {
  const told = ago(since, now)
  return told === 'now' ? '0 s' : told.slice(0, -' ago'.length)
}

/** Time of day: `14:03:07.250`. */
export function clock(ms: number, zone: Zone): string {
  const { hours, minutes, seconds, millis } = partsOf(ms, zone)
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(millis, 3)}`
}

/** Time of day to the minute, after the day where that is another than that of `now`: `14:03`, `21 Nov 14:03`. */
export function shortTime(ms: number, zone: Zone, now: number = Date.now()): string {
  const [parts, today] = [partsOf(ms, zone), partsOf(now, zone)]
  const time = `${pad(parts.hours)}:${pad(parts.minutes)}`
  const isToday = parts.day === today.day && parts.month === today.month && parts.year === today.year
  return isToday ? time : `${parts.day} ${MONTHS[parts.month]} ${time}`
}

/** Date, time and zone: `2026-11-21 14:03:07.250 +01:00`. */
export function fullTime(ms: number, zone: Zone): string {
  const { year, month, day } = partsOf(ms, zone)
  const offset = zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset()
  const shown = `${offset < 0 ? '−' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`
  return `${year}-${pad(month + 1)}-${pad(day)} ${clock(ms, zone)} ${zone === 'utc' ? 'UTC' : shown}`
}

/** A time relative to now, which stays true; the exact one is in its title. */
export function Ago({ at }: { at: string | number }): JSX.Element {
  const now = useStore(thisSecond)
  const zoneNow = useStore(zone)
  const ms = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(ms)) return <span>{at}</span>
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms, zoneNow)}>
      {ago(ms, now)}
    </time>
  )
}

/** How long something has lasted, which stays true; since when is in its title. */
export function Lasting({ since }: { since: string }): JSX.Element {
  const now = useStore(thisSecond)
  const zoneNow = useStore(zone)
  const ms = Date.parse(since)
  return (
    <time dateTime={since} title={`since ${fullTime(ms, zoneNow)}`}>
      {lasting(ms, now)}
    </time>
  )
}

/** The time of day to the millisecond; date and zone are in its title. */
export function When({ at }: { at: string | number }): JSX.Element {
  const zoneNow = useStore(zone)
  const ms = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(ms)) return <span>{at}</span>
  const [seconds, millis] = clock(ms, zoneNow).split('.')
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms, zoneNow)}>
      {seconds}
      <small>.{millis}</small>
    </time>
  )
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function partsOf(ms: number, zone: Zone) {
  // UTC is the zone of a date that was moved by the zone's distance from it.
  const moved = zone === 'utc' ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000
  const date = new Date(moved)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
    millis: date.getUTCMilliseconds(),
  }
}

function pad(part: number, digits = 2): string {
  return String(part).padStart(digits, '0')
}
