import { eventRow, type EventRow, type ShownEvent } from '../event-line.ts'

/** Rows that are kept, the newest. */
export const MOST_ROWS = 500
/** Of each text of a row; what is longer is cut. */
const MOST_CHARACTERS = 400
/** What may wait for the next look, in characters. */
const MOST_WAITING = 2 * 1024 * 1024

export interface FeedRow extends EventRow {
  id: string
  priority: string
}

/**
 * The newest events in a bounded memory, whatever comes. Only what is looked at is read: of a flood between two looks the
 * newest few hundred, the others are counted.
 */
export class Feed {
  rows: readonly FeedRow[] = []
  /** Events that came since the beginning. */
  count = 0
  /** Events that came and were never in `rows`. */
  skipped = 0
  #waiting: string[] = []
  #characters = 0

  /** Shows what was there before, which did not come now. */
  begin(events: readonly ShownEvent[]): void {
    this.rows = events.slice(-MOST_ROWS).map(rowOf)
  }

  /** @param json of one event */
  add(json: string): void {
    this.count++
    this.#waiting.push(json)
    this.#characters += json.length
    while (
      this.#waiting.length > MOST_ROWS ||
      (this.#characters > MOST_WAITING && this.#waiting.length > 1)
    ) {
      this.#characters -= this.#waiting.shift()!.length
      this.skipped++
    }
  }

  /** Takes what came since the last look into `rows`; tells whether there was anything. */
  look(): boolean {
    if (this.#waiting.length === 0) return false
    const fresh = this.#waiting.map((json) => rowOf(JSON.parse(json) as ShownEvent))
    this.#waiting = []
    this.#characters = 0
    this.rows = [...this.rows, ...fresh].slice(-MOST_ROWS)
    return true
  }
}

function rowOf(event: ShownEvent & { id?: string }): FeedRow {
  const row = eventRow(event)
  return {
    id: own(event.id ?? ''),
    priority: own(event.priority ?? 'normal'),
    type: own(row.type),
    source: own(row.source),
    occurred_at: own(row.occurred_at),
    severity: own(row.severity),
    summary: own(row.summary),
    trace_id: row.trace_id === undefined ? undefined : own(row.trace_id),
  }
}

/** The beginning of a text as a text of its own: a slice would keep all of it in memory. */
function own(text: string): string {
  return text.length > MOST_CHARACTERS ? Buffer.from(text.slice(0, MOST_CHARACTERS)).toString() : text
}
