import type { LossReason } from '../losses.ts'
import { movePointer, type Pointer } from './pointer.ts'
import { type Packed, readRecords, type StoredRecord } from './record.ts'
import type { Segment, SpoolSignal } from './segment.ts'
import type { Spool } from './spool.ts'

/** Records that are the next to be delivered. */
export interface Chunk {
  records: readonly Packed[]
  /** Of this process; else of one that is gone. */
  own: boolean
  /**
   * The first `count` records have been delivered, or counted as lost: durable when it resolves. They stop counting as
   * waiting at once.
   */
  settle(count: number): Promise<void>
}

/** What waits on disk for one receiver, oldest first. */
export class Lane {
  /** Called when there is something to deliver that was not there before. */
  onArrival: () => void = () => {}
  /** Called when something of this process is lost on disk. */
  onLoss: (reason: LossReason, count: number) => void = () => {}
  readonly segments: Segment[] = []
  readonly #spool: Spool
  readonly #signal: SpoolSignal
  #read: { segment: Segment; bytes: Buffer } | undefined
  /** Resolves when all that is being written has been, or could not be. */
  #written: Promise<void> = Promise.resolve()

  constructor(spool: Spool, signal: SpoolSignal) {
    this.#spool = spool
    this.#signal = signal
  }

  /** Items of this process. */
  get own(): number {
    return this.#sum((segment) => segment.own)
  }

  /** Items of processes that are gone. */
  get inherited(): number {
    return this.#sum((segment) => !segment.own)
  }

  get empty(): boolean {
    return this.segments.length === 0
  }

  /** Whether it is worth trying to write. */
  get usable(): boolean {
    return this.#spool.usable
  }

  /** Whether the disk did not take what it was last given, or is left alone for that. */
  get failing(): boolean {
    return this.#spool.failing
  }

  /** Whether it is worth trying to read. */
  get readable(): boolean {
    return this.#spool.readable
  }

  /**
   * Puts `records` on disk; `kept` is called in the same moment in which they begin to count as waiting.
   *
   * @returns false when they could not be kept: `full` when for want of room
   */
  write(records: readonly Packed[], rank: number, kept: () => void): Promise<'kept' | 'full' | 'failed'> {
    return this.#spool.write(this.#signal, records, rank, kept)
  }

  /** `write` for a process that cannot wait; returns what undoes it, undefined when nothing was kept. */
  writeSync(records: readonly Packed[], rank: number): (() => void) | undefined {
    return this.#spool.writeSync(this.#signal, records, rank)
  }

  /**
   * Calls `kept` once `writing` and every write before it, which may go on at the same time, have come to their end.
   * What has the higher number must not be delivered first: the pointer past it would pass the other too.
   */
  inTurn(writing: Promise<void>, kept: () => void): Promise<void> {
    // Its failure is heard of in its turn.
    writing.catch(() => {})
    const turn = this.#written.then(() => writing).then(kept)
    this.#written = turn.catch(() => {})
    return turn
  }

  /** Adds what was written or found: what is not of this process is older, and goes by the age of its folder. */
  add(found: readonly Segment[]): void {
    this.segments.push(...found)
    if (!found[0]?.own) this.segments.sort((a, b) => Number(a.own) - Number(b.own) || a.since - b.since)
  }

  /**
   * The oldest records; what is damaged is put aside and counted on the way. None while the disk, or a shortage of file
   * descriptors, keeps them from being read: that says nothing of them.
   */
  async next(maxItems: number, maxBytes: number): Promise<Chunk | undefined> {
    for (;;) {
      const segment = this.segments[0]
      if (!segment || !this.readable) return undefined
      segment.busy = true
      const bytes = await this.#bytesOf(segment)
      if (!bytes) {
        segment.busy = false
        return undefined
      }
      const records = take(bytes, segment.offset, maxItems, maxBytes)
      if (records.length > 0) {
        return { records, own: segment.own, settle: (count) => this.#settle(segment, records, count) }
      }
      await this.#finish(segment)
    }
  }

  async #settle(segment: Segment, records: readonly StoredRecord[], count: number): Promise<void> {
    const last = records[count - 1]
    segment.busy = count > 0
    if (!last) return
    for (const { items } of records.slice(0, count)) segment.items -= items
    segment.offset = last.end
    if (last.end >= segment.bytes) return this.#finish(segment)
    const done = Number(segment.file.split('.').at(-2)) - segment.items
    await this.#advance(segment, { segment: segment.number, offset: last.end, done })
    segment.busy = false
  }

  /** Everything of `segment` that can be read has been delivered. */
  async #finish(segment: Segment): Promise<void> {
    const lost = segment.items
    this.#read = undefined
    this.segments.splice(this.segments.indexOf(segment), 1)
    segment.items = 0
    if (lost > 0) this.#spool.lost(segment, 'corrupt', lost)
    await this.#advance(segment, { segment: segment.number + 1, offset: 0, done: 0 })
    // Only now: the pointer is durable, or cannot be.
    await (lost > 0 ? this.#spool.putAside(segment) : this.#spool.remove(segment))
  }

  /**
   * A full disk has no room for a pointer either, and only what is removed makes some: at the worst it is sent once more,
   * under the same ids.
   */
  async #advance(segment: Segment, pointer: Pointer): Promise<void> {
    await movePointer(this.#spool.disk, segment, pointer).catch((error: unknown) => this.#spool.failed(error))
  }

  /** Nothing of a file that is gone; undefined when it cannot be told for now what is in it. */
  async #bytesOf(segment: Segment): Promise<Buffer | undefined> {
    if (this.#read?.segment === segment) return this.#read.bytes
    try {
      const bytes = await this.#spool.disk.readFile(segment.file)
      this.#read = { segment, bytes }
      return bytes
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
      this.#spool.unreadable(error)
      return undefined
    }
  }

  #sum(counts: (segment: Segment) => boolean): number {
    let items = 0
    for (const segment of this.segments) if (counts(segment)) items += segment.items
    return items
  }
}

function take(bytes: Buffer, offset: number, maxItems: number, maxBytes: number): StoredRecord[] {
  const records: StoredRecord[] = []
  let items = 0
  let size = 0
  for (const record of readRecords(bytes, offset)) {
    items += record.items
    size += record.body.byteLength
    if (records.length > 0 && (items > maxItems || size > maxBytes)) break
    records.push(record)
  }
  return records
}
