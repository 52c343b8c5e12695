import { rowLine } from '../../event-line.ts'
import { ask, type Connection } from '../../hub-client.ts'
import { printableJson } from '../../terminal.ts'
import { wrap } from '../../text-width.ts'
import type { FeedRow } from '../feed.ts'
import { view, type Detail, type View } from '../view.ts'

export const feedView: View = view<FeedRow>({
  name: 'feed',
  none: 'Nothing has come yet.',
  isLive: true,
  items: (board) => board.feed.rows,
  text: feedText,
  lines: (rows, { terminal }) => ['', ...rows.map((row) => rowLine(row, terminal))],
  open: openEvent,
})

export function feedText({ source, type, severity, summary }: FeedRow): string {
  return [source, type, severity, summary].join(' ')
}

/** The whole event: the feed keeps a line of each. */
export async function openEvent({ id, source }: FeedRow, connection: Connection): Promise<Detail> {
  const query = new URLSearchParams({ source })
  const event = await ask<object>(
    connection,
    'GET',
    `/api/v1/hub/events/${encodeURIComponent(id)}?${query.toString()}`,
  )
  const lines = printableJson(JSON.stringify(event, null, 2)).split('\n')
  return ({ terminal }) => lines.flatMap((line) => wrap(line, terminal.out.columns ?? 80))
}
