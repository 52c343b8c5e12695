import { bareEvent } from '../store/events.ts'
import type { OtlpSignal, Store } from '../store/store.ts'

/** What to export; times are milliseconds since the epoch, of the items themselves. */
export interface ExportRange {
  signal: OtlpSignal | 'events'
  since?: number | undefined
  until?: number | undefined
  /** Of events, their source. */
  service?: string | undefined
  /** Where to go on, as an earlier line said. */
  cursor?: string | undefined
}

/** One line, without its end; `cursor` leads to what follows it. */
export interface Line {
  json: string
  cursor: string
}

const EVENTS = 500
const EVENT_BYTES = 2 * 1024 * 1024

/** Everything that was stored when it began and is as asked for, in the order it was stored, read as it is taken. */
export function exportLines(store: Store, range: ExportRange): AsyncGenerator<Line> {
  return range.signal === 'events' ? eventLines(store, range) : otlpLines(store, range, range.signal)
}

/** Whether a text has the form of a cursor of such lines. */
export function isExportCursor(signal: ExportRange['signal'], text: string): boolean {
  const form = signal === 'events' ? /^[0-7][0-9A-Z]{25}\.[0-7][0-9A-Z]{25}$/ : /^\d{1,18}\.\d{1,18}$/
  return form.test(text)
}

async function* eventLines(store: Store, range: ExportRange): AsyncGenerator<Line> {
  const [start, end = store.watermark()] = range.cursor?.split('.') ?? []
  const query = { source: range.service, occurredFrom: range.since, occurredUntil: range.until }
  let cursor = start
  for (;;) {
    const page = await store.events({ ...query, cursor, order: 'asc', limit: EVENTS, maxBytes: EVENT_BYTES })
    for (const event of page.events) {
      if (event.cursor > end) return
      yield { json: bareEvent(event), cursor: `${event.cursor}.${end}` }
    }
    if (!page.hasMore || page.next === null || page.next > end) return
    cursor = page.next
  }
}

async function* otlpLines(
  store: Store,
  { since, until, service, cursor }: ExportRange,
  signal: OtlpSignal,
): AsyncGenerator<Line> {
  const [start = '0', given] = cursor?.split('.') ?? []
  let end = given === undefined ? undefined : BigInt(given)
  for (let after: bigint | null = BigInt(start); after !== null;) {
    const page = await store.export({ signal, after, end, since, until, service })
    end = page.end
    for (const { json, last } of page.lines) yield { json, cursor: `${last}.${page.end}` }
    after = page.next
  }
}
