import { MATCHED_COLUMNS, type SpanConditions } from './span-conditions.ts'
import type { TraceParts } from './trace-parts.ts'

/** A span that is as asked for. */
export interface FoundSpan {
  seq: bigint
  trace_id: Uint8Array
  start_ns: bigint
  /** Nanoseconds. */
  duration: bigint
  received_ms: bigint
}

/** The traces of a page, by the hex digits of their ids, each with the span by which it was found. */
export interface Page {
  /** Takes the next span of a part. @returns whether no other of this part can change the page. */
  add(span: FoundSpan): boolean
  /** No other part can change the page. */
  readonly isFull: boolean
  /** To be called after the last span of a part. */
  endPart(): void
  traces(): Map<string, FoundSpan>
}

/** The traces of the newest spans, but those that an earlier page had: of these a span was found before the cursor. */
export class NewestPage implements Page {
  readonly #limit: number
  readonly #listed: (ids: Uint8Array[]) => Set<string>
  readonly #traces = new Map<string, FoundSpan>()
  /** Found, but perhaps on an earlier page. */
  readonly #waiting = new Map<string, FoundSpan>()
  readonly #earlier = new Set<string>()

  /** @param listed which of some traces an earlier page had. */
  constructor(limit: number, listed: (ids: Uint8Array[]) => Set<string>) {
    this.#limit = limit
    this.#listed = listed
  }

  get isFull(): boolean {
    return this.#traces.size >= this.#limit
  }

  add(span: FoundSpan): boolean {
    const id = hex(span.trace_id)
    if (this.#traces.has(id) || this.#waiting.has(id) || this.#earlier.has(id)) return false
    this.#waiting.set(id, span)
    if (this.#traces.size + this.#waiting.size >= this.#limit) this.#settle()
    return this.isFull
  }

  endPart(): void {}

  traces(): Map<string, FoundSpan> {
    this.#settle()
    return this.#traces
  }

  #settle(): void {
    if (this.#waiting.size === 0) return
    const listed = this.#listed([...this.#waiting.values()].map(({ trace_id }) => trace_id))
    for (const [id, span] of this.#waiting) {
      if (listed.has(id)) this.#earlier.add(id)
      else this.#traces.set(id, span)
    }
    this.#waiting.clear()
  }
}

/** The traces of the longest spans; each part gives its spans longest first. */
export class LongestPage implements Page {
  readonly isFull = false
  readonly #limit: number
  #traces = new Map<string, FoundSpan>()
  readonly #ofPart = new Set<string>()
  /** What is shorter is not among the page any more. */
  #shortest = -1n

  constructor(limit: number) {
    this.#limit = limit
  }

  add(span: FoundSpan): boolean {
    if (span.duration <= this.#shortest) return true
    const id = hex(span.trace_id)
    const known = this.#traces.get(id)
    if (!known || known.duration < span.duration) this.#traces.set(id, span)
    return this.#ofPart.add(id).size >= this.#limit
  }

  endPart(): void {
    this.#ofPart.clear()
    const longest = [...this.#traces].toSorted(([, a], [, b]) => (a.duration > b.duration ? -1 : 1))
    this.#traces = new Map(longest.slice(0, this.#limit))
    if (this.#traces.size === this.#limit) this.#shortest = longest[this.#limit - 1]![1].duration
  }

  traces(): Map<string, FoundSpan> {
    this.endPart()
    return this.#traces
  }
}

/** Which of some traces have a span, from the row `from` on, that is as asked for. */
export function tracesListed(
  parts: TraceParts,
  { sql, values, matches }: SpanConditions,
  traceIds: Uint8Array[],
  from: bigint,
): Set<string> {
  const columns = matches ? `seq, trace_id, ${MATCHED_COLUMNS}` : 'seq, trace_id'
  type Row = { seq: bigint; trace_id: Uint8Array; resource_id: bigint; span: Uint8Array }
  const listed = new Set<string>()
  for (const row of parts.rows<Row>({ signal: 'spans', columns, traceIds, from, and: { sql, values } })) {
    if (row.seq >= from && (!matches || matches(row))) listed.add(hex(row.trace_id))
  }
  return listed
}

function hex(id: Uint8Array): string {
  return Buffer.from(id).toString('hex')
}
