import type { ServedEvent } from '../events.ts'
import { cursorToUlid } from './cursor.ts'

/** Adds what the store knows to an event's JSON text, without reading that again. */
export function serveEvent(row: {
  cursor: bigint
  source: string
  type: string
  /** The event as a JSON object. */
  json: string
  receivedMs: number
}): ServedEvent {
  const cursor = cursorToUlid(row.cursor)
  const received = new Date(row.receivedMs).toISOString()
  const json = `${row.json.slice(0, -1)},"received_at":"${received}","cursor":"${cursor}"}`
  return { cursor, source: row.source, type: row.type, json }
}
