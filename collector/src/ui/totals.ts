import { read, type Stats } from './api.ts'
import { byId, say } from './dom.ts'
import { bytes, counted } from './format.ts'
import { poll } from './poll.ts'

const EVERY_MS = 10_000

/** How much is stored, in the page's head. A part of the page that may be missing without harm. */
export function totals(): void {
  poll(async () => {
    const stats = await read<Stats>('stats').catch(() => undefined)
    if (!stats) return
    const { events, spans, logs } = stats.stored
    const parts = [counted(events, 'event'), counted(spans, 'span'), counted(logs, 'log')]
    say(byId('totals'), `${parts.join('  ')}  ${bytes(stats.disk_bytes)} on disk`)
  }, EVERY_MS)
}
