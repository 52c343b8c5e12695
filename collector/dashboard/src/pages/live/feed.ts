import type { StoredEvent } from '../../live/protocol.ts'

/** A line of the feed: an event, or how many were passed over. */
export type Line =
  | { kind: 'event'; key: string; event: StoredEvent }
  | { kind: 'more'; key: string; more: number; since: number }

const MAX_LINES = 300
/** Milliseconds of passed-over events that are counted in one line. */
const MORE_MS = 1000

/** The newest events, newest first, none twice; while it is held, new ones wait. */
export class Feed {
  #lines: readonly Line[] = []
  #waiting: Line[] = []
  #seen = new Set<string>()
  #number = 0
  /** Events that wait or were passed over while it is held. */
  #held = 0
  isHeld = false

  get lines(): readonly Line[] {
    return this.#lines
  }

  get held(): number {
    return this.#held
  }

  /** Events as they come, oldest first, and how many were passed over with them. */
  add(events: readonly StoredEvent[], more: number, now: number): void {
    const fresh = events.filter(({ cursor }) => !this.#seen.has(cursor))
    for (const event of fresh) this.#wait({ kind: 'event', key: event.cursor, event })
    if (more > 0) this.#passOver(more, now)
    if (this.isHeld) this.#held += fresh.length + more
    else this.release()
  }

  /** Stored events, newest first; they stand in their places among those that came. */
  fill(events: readonly StoredEvent[]): void {
    const missing = events.filter(({ cursor }) => !this.#seen.has(cursor))
    if (missing.length === 0) return
    for (const { cursor } of missing) this.#seen.add(cursor)
    const added = missing.map((event): Line => ({ kind: 'event', key: event.cursor, event }))
    const place = (line: Line) => (line.kind === 'event' ? line.key : '')
    const [newest] = added
    // What came meanwhile is newer than what was stored before, but for the few that were on the way.
    const at = this.#lines.findIndex((line) => line.kind === 'event' && place(line) < place(newest!))
    const lines = at < 0 ? [...this.#lines, ...added] : this.#lines.toSpliced(at, 0, ...added)
    this.#lines = lines.slice(0, MAX_LINES)
  }

  /** Shows what waits. */
  release(): void {
    this.#held = 0
    if (this.#waiting.length === 0) return
    this.#lines = [...this.#waiting.toReversed(), ...this.#lines].slice(0, MAX_LINES)
    this.#waiting = []
    this.#forget()
  }

  #wait(line: Line): void {
    this.#seen.add(line.key)
    this.#waiting.push(line)
    if (this.#waiting.length > 2 * MAX_LINES) this.#waiting = this.#waiting.slice(-MAX_LINES)
  }

  /** Counts on in the line of the same second, which stays on top of what came in it. */
  #passOver(more: number, now: number): void {
    const isRecent = (line: Line) => line.kind === 'more' && now - line.since < MORE_MS
    const waits = this.#waiting.findIndex(isRecent)
    const shown = waits < 0 ? this.#lines.findIndex(isRecent) : -1
    const before = this.#waiting[waits] ?? this.#lines[shown]
    if (waits >= 0) this.#waiting.splice(waits, 1)
    if (shown >= 0) this.#lines = this.#lines.toSpliced(shown, 1)
    const line: Line =
      before?.kind === 'more'
        ? { ...before, more: before.more + more }
        : { kind: 'more', key: `more ${++this.#number}`, more, since: now }
    this.#waiting.push(line)
  }

  /** Only what may still come twice is worth remembering. */
  #forget(): void {
    if (this.#seen.size < 8 * MAX_LINES) return
    this.#seen = new Set([...this.#seen].slice(-2 * MAX_LINES))
  }
}
