import { clockTime } from '../../moments.ts'
import { tableLines } from '../../table.ts'
import { printable, styled, type Style } from '../../terminal.ts'
import type { Bus } from '../bus.ts'
import { countsOf } from '../counts.ts'
import type { FeedRow } from '../feed.ts'
import { view, type Canvas, type View } from '../view.ts'
import { feedText, openEvent } from './feed.ts'

const PRIORITIES: Record<string, Style> = { critical: 'red', high: 'yellow', low: 'dim' }
const MOST_NAMES = 8

/** The event bus: whether it takes events, where they go, who reads them, and what goes over it. */
export const busView: View = view<FeedRow>({
  name: 'bus',
  none: 'Nothing has gone over the bus yet; p publishes a test event.',
  isLive: true,
  items: (board) => board.feed.rows,
  text: feedText,
  above: ({ bus }, canvas) => (bus ? [...busLines(bus, canvas), ''] : []),
  lines: (rows, { terminal }) =>
    tableLines(terminal, {
      head: ['TIME', 'PRIORITY', 'SOURCE', 'TYPE', 'SAYS'],
      rows: rows.map(({ occurred_at, priority, source, type, summary }) => ({
        cells: [clockTime(occurred_at), priority, source, type, summary],
        styles: PRIORITIES[priority] ? { 1: PRIORITIES[priority]! } : {},
      })),
    }),
  open: openEvent,
})

function busLines(bus: Bus, { terminal }: Canvas): string[] {
  const style = styled(terminal, terminal.out)
  const { connected, host, port, active_consumers, exchanges, queues, services } = bus
  const state = connected ? style('green', 'connected') : style('red', 'not connected')
  const line = (name: string, words: readonly string[]): string =>
    `${style('dim', name.padEnd(11))}${words.length > 0 ? printable(shortened(words)) : '–'}`
  return [
    `${style('dim', 'bus'.padEnd(11))}${state} at ${printable(host)}:${port}, ${active_consumers} ${active_consumers === 1 ? 'consumer' : 'consumers'}`,
    line(
      'exchanges',
      exchanges.map(({ name, type }) => `${name} (${type})`),
    ),
    line(
      'queues',
      queues.map(({ name, messages }) => `${name}: ${messages} waiting`),
    ),
    line('heartbeats', services.length > 0 ? [countsOf(services.map(({ status }) => status))] : []),
  ]
}

function shortened(words: readonly string[]): string {
  const rest = words.length - MOST_NAMES
  return [...words.slice(0, MOST_NAMES), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}
