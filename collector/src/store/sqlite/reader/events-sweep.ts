import type { EventRange } from '../../events.ts'
import { cursorAt, ulidToCursor } from '../cursor.ts'
import { canMatch, countedPart, countedStretches, type CountedStretch } from './counted-events.ts'
import { conditionsOf, type EventConditions } from './events-filter.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

const SCAN_MS = 1000
// Rows that are looked at in one statement, so that a search can end between two: it finds out how many are quick.
const FIRST_ROWS = 1000
const [LEAST_ROWS, MOST_ROWS] = [100, 50_000]
const [QUICK_MS, SLOW_MS] = [25, 100]

/** A range of cursors of one part, both inclusive. */
export interface Chunk {
  part: ReadPart
  from: bigint
  to: bigint
}

/** Whether what is counted of a part, or of a stretch of it, need not be looked at. */
export type Skips = (part: ReadPart, counted: CountedStretch) => boolean

/** A part and how far it has been looked through. Positions grow in the order of the search. */
interface Lane {
  part: ReadPart
  next: bigint
  end: bigint
}

/**
 * Goes through events in the order of commit, or against it. Parts overlap, as late events go to older ones, so it is
 * always the part that is furthest behind whose next rows are looked at; what lies before `front` has been, in all parts.
 */
export class EventSweep {
  readonly conditions: EventConditions
  readonly #files: PartFiles
  readonly #cuts: boolean
  /** 1 in the order of commit, -1 against it: times a cursor it is a position. */
  readonly #direction: 1n | -1n
  readonly #start: bigint
  readonly #end: bigint
  readonly #lanes: Lane[]
  readonly #deadline: number
  #rows = FIRST_ROWS

  /**
   * @param limits whether each look has a limit of rows, so that it may have all that the indexes tell apart.
   * @param skips is asked of counts that are of the range alone.
   */
  constructor(files: PartFiles, range: EventRange, order: 'asc' | 'desc', limits: boolean, skips?: Skips) {
    this.#files = files
    this.#direction = order === 'asc' ? 1n : -1n
    this.#deadline = performance.now() + (range.scanMs ?? SCAN_MS)
    this.conditions = conditionsOf(range)
    this.#cuts = this.conditions.scans || !limits
    // The watermark before the parts: what is committed in between is in them, and beyond it.
    const [low, high] = bounds(range, files.watermark())
    const ends = [low, high].map((cursor) => cursor * this.#direction)
    this.#start = order === 'asc' ? ends[0]! : ends[1]!
    this.#end = order === 'asc' ? ends[1]! : ends[0]!
    const after = range.cursor === undefined ? undefined : ulidToCursor(range.cursor)
    if (after !== undefined) this.#start = larger(this.#start, after * this.#direction + 1n)
    const parts = files.parts('events')
    this.#lanes = parts
      .filter(({ minTimeMs, maxTimeMs }) => {
        const { occurredFrom = minTimeMs, occurredUntil = Number.POSITIVE_INFINITY } = range
        return maxTimeMs >= occurredFrom && minTimeMs < occurredUntil
      })
      .flatMap((part) => {
        const isLookedUp = part === parts.at(-1) && range.traceId !== undefined
        const ranges = isLookedUp ? [ofTrace(files, part, range)] : this.#uncounted(part, range, skips)
        return ranges.map(([low, high]) => {
          const [first, last] = order === 'asc' ? [low, high] : [high, low]
          const next = larger(this.#start, first * this.#direction)
          return { part, next, end: smaller(this.#end, last * this.#direction) }
        })
      })
      .filter(({ next, end }) => next <= end)
  }

  /** Position before which everything has been looked at. */
  get front(): bigint {
    return this.#behind()?.next ?? larger(this.#start, this.#end + 1n)
  }

  /** Whether everything has been looked at. */
  get isOver(): boolean {
    return this.#behind() === undefined
  }

  /** Whether the time is up and there is something to go on from. */
  get isLate(): boolean {
    return performance.now() >= this.#deadline && this.front > this.#start
  }

  position(cursor: bigint): bigint {
    return cursor * this.#direction
  }

  /** The last cursor that has been looked at. */
  get lastCursor(): bigint {
    return (this.front - 1n) * this.#direction
  }

  /** What of a chunk lies in what has been looked at in all parts: the chunk itself where all of it does. */
  seenOf(chunk: Chunk): Chunk | undefined {
    const last = this.lastCursor
    const { from, to } = chunk
    if (this.#direction === 1n) return to <= last ? chunk : from <= last ? { ...chunk, to: last } : undefined
    return from >= last ? chunk : to >= last ? { ...chunk, from: last } : undefined
  }

  /**
   * Has the next rows looked at.
   *
   * @param look answers the cursor it came to, where that is not the chunk's last.
   */
  step(look: (chunk: Chunk) => bigint | undefined): void {
    const lane = this.#behind()
    if (!lane) return
    const started = performance.now()
    const end = this.#cuts ? this.#chunkEnd(lane) : lane.end
    const came = look({ part: lane.part, ...this.#cursors(lane.next, end) })
    lane.next = (came === undefined ? end : this.position(came)) + 1n
    if (lane.next > lane.end) this.#lanes.splice(this.#lanes.indexOf(lane), 1)
    const took = performance.now() - started
    if (took < QUICK_MS) this.#rows = Math.min(this.#rows * 2, MOST_ROWS)
    if (took > SLOW_MS) this.#rows = Math.max(this.#rows >> 1, LEAST_ROWS)
  }

  /** What of a part is to be looked at: what came since it was counted, where the counts tell what the rest is like. */
  #uncounted(part: ReadPart, range: EventRange, skips: Skips | undefined): [bigint, bigint][] {
    const { types, severities, minSeverity } = range
    const { minSeq, maxSeq } = part
    // By its source alone an event is found by an index.
    const tells = types !== undefined || severities !== undefined || minSeverity !== undefined
    const counted = tells || skips ? countedPart(this.#files, part) : undefined
    if (!counted) return [[minSeq, maxSeq]]
    const { from, to } = this.#cursors(this.#start, this.#end)
    const isWithin = from <= minSeq && counted.last <= to
    if (isWithin && skips?.(part, { ...counted, first: minSeq })) return [[counted.last + 1n, maxSeq]]
    if (tells && !counted.groups.some(canMatch(range))) return [[counted.last + 1n, maxSeq]]
    if (isWithin || !skips || counted.last < from || minSeq > to) return [[minSeq, maxSeq]]
    const stretches = countedStretches(this.#files, part, counted, [from, to])
    const skipped = stretches.filter((stretch) => skips(part, stretch))
    const ranges: [bigint, bigint][] = []
    let next = minSeq
    for (const { first, last } of skipped) {
      if (first > next) ranges.push([next, first - 1n])
      next = last + 1n
    }
    return [...ranges, [next, maxSeq]]
  }

  /** Position of the last of the next rows that its indexes cannot rule out. */
  #chunkEnd({ part, next, end }: Lane): bigint {
    const { sql, values } = this.conditions.indexed
    const { from, to } = this.#cursors(next, end)
    const statement = `SELECT cursor FROM events WHERE cursor >= ? AND cursor <= ?${sql}
      ORDER BY cursor ${this.#direction === 1n ? 'ASC' : 'DESC'} LIMIT 1 OFFSET ?`
    const row = this.#files.prepare(part, statement, true).get(from, to, ...values, this.#rows - 1)
    return row === undefined ? end : this.position(row['cursor'] as bigint)
  }

  #cursors(next: bigint, end: bigint): { from: bigint; to: bigint } {
    return this.#direction === 1n ? { from: next, to: end } : { from: -end, to: -next }
  }

  #behind(): Lane | undefined {
    let behind: Lane | undefined
    for (const lane of this.#lanes) if (!behind || lane.next < behind.next) behind = lane
    return behind
  }
}

/** Where the events of the newest part are that can be of the trace which is asked for, if one is. */
function ofTrace(files: PartFiles, { minSeq, maxSeq }: ReadPart, { traceId }: EventRange): [bigint, bigint] {
  if (traceId === undefined) return [minSeq, maxSeq]
  const range = files.openEvents?.rangeOf(traceId, minSeq)
  return range === null ? [0n, -1n] : (range ?? [minSeq, maxSeq])
}

function bounds({ since, until }: EventRange, watermark: bigint): [low: bigint, high: bigint] {
  const low = since === undefined ? 0n : cursorAt(since)
  return [low, until === undefined ? watermark : smaller(watermark, cursorAt(until) - 1n)]
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
