import { comparableNanos, LATEST_NANOS } from '../../../../otlp/nanos.ts'
import type { LogPosition } from '../../../logs.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import type { WorkBudget } from '../work-budget.ts'
import { logConditions, type LogConditions, type StoredLogFilter } from './conditions.ts'

/** One record that is as asked for. */
export interface LogHit extends LogPosition {
  part: ReadPart
}

type Order = 'asc' | 'desc'

const MAX = LATEST_NANOS
// A part is read in chunks that grow: most pages need few rows, and a part without indexes is sorted for each chunk.
const FIRST_CHUNK = 128
const LAST_CHUNK = 65_536

/**
 * Goes through the records that are as asked for in the order of time, merged from all parts, until there are no more or
 * the budget is spent. It always gets somewhere, so that whoever goes on from `position` comes to an end.
 */
export class LogWalk {
  readonly #files: PartFiles
  readonly #order: Order
  readonly #budget: WorkBudget
  readonly #conditions: ((part: ReadPart) => LogConditions) | undefined
  readonly #range: { from: LogPosition; to: LogPosition }
  readonly #waiting: ReadPart[]
  readonly #active: Source[] = []
  #advanced = false
  #position: LogPosition | null

  constructor(
    files: PartFiles,
    filter: StoredLogFilter,
    { order, after }: { order: Order; after?: LogPosition | undefined },
    budget: WorkBudget,
  ) {
    const { since, until } = filter
    this.#files = files
    this.#order = order
    this.#budget = budget
    this.#conditions = logConditions(files, filter)
    const from = { time: comparableNanos(since ?? 0) - 1n, seq: MAX }
    const to = until === undefined ? { time: MAX, seq: MAX } : { time: comparableNanos(until), seq: -1n }
    this.#range = { from, to }
    if (after && order === 'desc' && isBefore(after, to)) this.#range.to = after
    if (after && order === 'asc' && isBefore(from, after)) this.#range.from = after
    this.#position = order === 'desc' ? this.#range.to : this.#range.from
    this.#waiting =
      this.#conditions === undefined
        ? []
        : files
            .parts('logs')
            .filter((part) => isBefore(this.#range.from, end(part)) && isBefore(start(part), this.#range.to))
            .toSorted((a, b) => (this.#comesFirst(this.#edge(a), this.#edge(b)) ? -1 : 1))
  }

  /** Behind this place nothing was looked at yet; null at the end. */
  get position(): LogPosition | null {
    return this.#position
  }

  /** @returns undefined at the end, or when the budget is spent: then `position` is not null. */
  next(): LogHit | undefined {
    for (;;) {
      this.#activate()
      const head = this.#head()
      if (head === undefined) {
        const part = this.#waiting[0]
        if (part === undefined) this.#position = null
        else if (this.#advanced && this.#budget.isSpent) this.#position = this.#edge(part)
        else {
          this.#open(part)
          continue
        }
        return undefined
      }
      const { time, seq } = head.peek!
      if (this.#advanced && this.#budget.isSpent) {
        this.#position = this.#order === 'desc' ? { time, seq: seq + 1n } : { time, seq: seq - 1n }
        return undefined
      }
      const { part } = head
      const isHit = head.check()
      head.shift()
      if (head.peek === undefined) this.#active.splice(this.#active.indexOf(head), 1)
      this.#advanced = true
      this.#position = { time, seq }
      if (isHit) return { part, time, seq }
    }
  }

  /** Opens every part that may have a record before the first of those that are open. */
  #activate(): void {
    for (;;) {
      const [part] = this.#waiting
      const peek = this.#head()?.peek
      if (part === undefined || peek === undefined || this.#comesFirst(peek, this.#edge(part))) return
      this.#open(part)
    }
  }

  #open(part: ReadPart): void {
    this.#waiting.shift()
    const source = new Source(
      this.#files,
      part,
      this.#conditions!(part),
      this.#order,
      this.#range,
      this.#budget,
    )
    if (source.peek !== undefined) this.#active.push(source)
    else this.#advanced = true
  }

  #head(): Source | undefined {
    let first: Source | undefined
    for (const source of this.#active) {
      if (first === undefined || this.#comesFirst(source.peek!, first.peek!)) first = source
    }
    return first
  }

  #comesFirst(a: LogPosition, b: LogPosition): boolean {
    return this.#order === 'desc' ? isBefore(b, a) : isBefore(a, b)
  }

  /** All of a part's records come after this place in the order. */
  #edge(part: ReadPart): LogPosition {
    return this.#order === 'desc' ? end(part) : start(part)
  }
}

/** The rows of one part in order, which SQLite has let through. */
class Source {
  readonly part: ReadPart
  peek: LogPosition | undefined
  readonly #read: (limit: number) => LogPosition[]
  readonly #check: (seq: bigint) => boolean
  readonly #budget: WorkBudget
  #chunk: LogPosition[] = []
  #at = 0
  #size = FIRST_CHUNK
  #isLast = false

  constructor(
    files: PartFiles,
    part: ReadPart,
    { sql, values, check }: LogConditions,
    order: Order,
    range: { from: LogPosition; to: LogPosition },
    budget: WorkBudget,
  ) {
    this.part = part
    this.#budget = budget
    let { from, to } = range
    const rows = `SELECT time_ns AS time, seq FROM logs
      WHERE (time_ns, seq) > (?, ?) AND (time_ns, seq) < (?, ?)${sql}
      ORDER BY time_ns ${order}, seq ${order} LIMIT ?`
    this.#read = (limit) => {
      const last = this.#chunk.at(-1)
      if (last && order === 'desc') to = last
      if (last && order === 'asc') from = last
      const statement = files.prepare(part, rows, true)
      return statement.all(from.time, from.seq, to.time, to.seq, ...values, limit) as unknown as LogPosition[]
    }
    this.#check = (seq) => {
      if (check === undefined) return true
      const row = files.prepare(part, 'SELECT seq, body, event_name, record FROM logs WHERE seq = ?').get(seq)
      return check(row as unknown as Parameters<typeof check>[0])
    }
    this.#fill()
  }

  check(): boolean {
    return this.#check(this.peek!.seq)
  }

  shift(): void {
    this.#at++
    this.#budget.spend(1)
    if (this.#at < this.#chunk.length) this.peek = this.#chunk[this.#at]
    else this.#fill()
  }

  #fill(): void {
    this.#chunk = this.#isLast ? [] : this.#read(this.#size)
    this.#isLast = this.#chunk.length < this.#size
    this.#size = Math.min(this.#size * 2, LAST_CHUNK)
    this.#at = 0
    this.peek = this.#chunk[0]
  }
}

function start(part: ReadPart): LogPosition {
  return { time: comparableNanos(part.minTimeMs) - 1n, seq: MAX }
}

function end(part: ReadPart): LogPosition {
  const time = comparableNanos(part.maxTimeMs + 1)
  // No time is later, so the last ones are of it.
  return { time, seq: time === LATEST_NANOS ? MAX : -1n }
}

function isBefore(a: LogPosition, b: LogPosition): boolean {
  return a.time === b.time ? a.seq < b.seq : a.time < b.time
}
