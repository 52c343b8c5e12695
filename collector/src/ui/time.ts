import { el } from './dom.ts'
import { ago, clock } from './format.ts'

/** A time as it is told relative to now, kept true by `keepTimesTrue`; the exact one is in its title. */
export function relativeTime(iso: string): HTMLElement {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return el('span', {}, iso)
  return el('time', { datetime: iso, title: iso, 'data-relative': true }, ago(date.getTime(), Date.now()))
}

/** The local time of day to the millisecond; date and zone are in its title. */
export function exactTime(iso: string): HTMLElement {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return el('span', {}, iso)
  const [seconds = '', millis = ''] = clock(date).split('.')
  return el('time', { datetime: iso, title: iso }, seconds, el('small', {}, `.${millis}`))
}

/** Retells all relative times of the page every second, while someone can see them. */
export function keepTimesTrue(): void {
  setInterval(() => {
    if (document.hidden) return
    const now = Date.now()
    for (const time of document.querySelectorAll('time[data-relative]')) {
      const text = ago(Date.parse(time.getAttribute('datetime') ?? ''), now)
      if (time.textContent !== text) time.textContent = text
    }
  }, 1000)
}
