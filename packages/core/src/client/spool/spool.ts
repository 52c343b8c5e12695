import { unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Logger } from '../../logger.ts'
import type { LossReason } from '../losses.ts'
import { Claims } from './claims.ts'
import { DISK, type Disk, makeFolder, writeNew, writeNewSync } from './disk.ts'
import { Lane } from './lane.ts'
import { ownName, releasedName } from './owner.ts'
import { pointerFile } from './pointer.ts'
import { encodeSegment, type Packed } from './record.ts'
import { newSegment, type Segment, SIGNALS, type SpoolSignal } from './segment.ts'

export interface SpoolOptions {
  /** HUB_SPOOL_DIR */
  folder: string
  /** Whose events they are: only the same service in the same environment takes over what another instance left. */
  source: string
  env: string
  instance: string
  maxBytes: number
  logger: Logger
  disk?: Disk
}

export interface SpoolStats {
  bytes: number
  /** Left by processes that are gone, and still waiting. */
  inherited: number
  /** Left by processes that are gone, and lost here. */
  inherited_lost: number
}

/** After a failure the disk is left alone for this long. */
const SICK_MS = 5000
const MOST_PUT_ASIDE = 20

/** Keeps on disk what cannot be delivered, in one folder for each process and one file for each batch. */
export class Spool {
  readonly disk: Disk
  readonly #options: SpoolOptions
  readonly #home: string
  readonly #claims: Claims
  readonly #lanes: Record<SpoolSignal, Lane>
  #folder: string
  #made: Promise<void> | undefined
  #number = 0
  #bytes = 0
  #inheritedLost = 0
  #sickUntil = 0
  #unreadableUntil = 0
  #failing = false

  constructor(options: SpoolOptions) {
    const safe = (text: string): string => text.replace(/[^\w.-]/g, '_')
    this.disk = options.disk ?? DISK
    this.#options = options
    this.#home = join(options.folder, `${safe(options.source)}@${safe(options.env)}`)
    this.#folder = join(this.#home, ownName(options.instance))
    this.#lanes = {
      events: new Lane(this, 'events'),
      traces: new Lane(this, 'traces'),
      logs: new Lane(this, 'logs'),
      metrics: new Lane(this, 'metrics'),
    }
    this.#claims = new Claims(this.#home, this.disk, (segments) => this.#take(segments))
  }

  lane(signal: SpoolSignal): Lane {
    return this.#lanes[signal]
  }

  /** Takes over, now and from time to time, what processes that are gone have left. */
  open(): void {
    this.#claims.start()
  }

  get usable(): boolean {
    return performance.now() >= this.#sickUntil
  }

  /** Whether the disk did not take what it was last given, or is left alone for that. */
  get failing(): boolean {
    return this.#failing || !this.usable
  }

  /** Whether it is worth trying to read. */
  get readable(): boolean {
    return performance.now() >= this.#unreadableUntil
  }

  stats(): SpoolStats {
    let inherited = 0
    for (const signal of SIGNALS) inherited += this.#lanes[signal].inherited
    return { bytes: this.#bytes, inherited, inherited_lost: this.#inheritedLost }
  }

  async write(
    signal: SpoolSignal,
    records: readonly Packed[],
    rank: number,
    kept: () => void,
  ): Promise<'kept' | 'full' | 'failed'> {
    const bytes = encodeSegment(records)
    if (!this.#makeRoom(bytes.byteLength, rank)) return 'full'
    this.#bytes += bytes.byteLength
    try {
      await (this.#made ??= this.#make())
      const segment = this.#next(signal, records, rank, bytes.byteLength)
      const writing = writeNew(this.disk, segment.file, bytes).catch((error: unknown) => {
        void this.disk.unlink(segment.file).catch(() => {})
        throw error
      })
      const lane = this.#lanes[signal]
      await lane.inTurn(writing, () => {
        lane.add([segment])
        kept()
      })
      this.#failing = false
      return 'kept'
    } catch (error) {
      this.#bytes -= bytes.byteLength
      this.failed(error)
      return 'failed'
    }
  }

  writeSync(signal: SpoolSignal, records: readonly Packed[], rank: number): (() => void) | undefined {
    const bytes = encodeSegment(records)
    if (!this.#makeRoom(bytes.byteLength, rank)) return undefined
    const segment = this.#next(signal, records, rank, bytes.byteLength)
    try {
      writeNewSync(segment.file, bytes)
      return () => unlinkSync(segment.file)
    } catch (error) {
      this.failed(error)
      return undefined
    }
  }

  /** The disk did not take something: it is left alone for a while. */
  failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (this.usable) this.#options.logger.warn(`[HUB] ${this.#options.folder} cannot be written: ${reason}.`)
    this.#sickUntil = performance.now() + SICK_MS
    this.#failing = true
    // Whatever happened to the folder, another is made next time.
    this.#made = undefined
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      this.#folder = join(this.#home, ownName(this.#options.instance))
  }

  /** The disk did not give something back: it is not asked for a while, and what is there stays. */
  unreadable(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (this.readable) this.#options.logger.warn(`[HUB] ${this.#options.folder} cannot be read: ${reason}.`)
    this.#unreadableUntil = performance.now() + SICK_MS
  }

  lost(segment: Segment, reason: LossReason, count: number): void {
    const lane = this.#lanes[segment.signal]
    const what = segment.own ? 'waiting' : 'left by an earlier process'
    const line = `${count} ${segment.signal} ${what} in ${segment.file} are lost: ${reason}`
    this.#options.logger.warn(`[HUB] ${line}.`)
    if (segment.own) lane.onLoss(reason, count)
    else this.#inheritedLost += count
  }

  async remove(segment: Segment): Promise<void> {
    this.#bytes -= segment.bytes
    await this.disk.unlink(segment.file).catch(() => {})
    if (!segment.own) await this.#tidy(segment.folder)
  }

  /** For somebody to look at; the newest few are kept. */
  async putAside(segment: Segment): Promise<void> {
    const aside = join(this.#home, 'damaged')
    try {
      await makeFolder(this.disk, aside)
      const name = `${basename(segment.folder)}.${basename(segment.file)}`
      await this.disk.rename(segment.file, join(aside, name))
      const all = (await this.disk.readdir(aside)).sort()
      for (const old of all.slice(0, -MOST_PUT_ASIDE)) await this.disk.unlink(join(aside, old))
    } catch {}
    await this.remove(segment)
  }

  /** What is left may be taken over by anybody at once. */
  async close(): Promise<void> {
    await this.#claims.stop()
    for (const folder of new Set([this.#folder, ...this.#claims.folders])) {
      if (!(await this.#tidy(folder))) {
        await this.disk.rename(folder, join(this.#home, releasedName(basename(folder)))).catch(() => {})
      }
    }
    this.#folder = join(this.#home, ownName(this.#options.instance))
    this.#made = undefined
  }

  async #make(): Promise<void> {
    await makeFolder(this.disk, this.#folder)
    const { uid, mode } = await this.disk.lstat(this.#home)
    if (process.getuid && uid !== process.getuid()) throw new Error(`${this.#home} belongs to somebody else`)
    if (mode & 0o077) await this.disk.chmod(this.#home, 0o700)
    this.#claims.own(this.#folder)
  }

  #next(signal: SpoolSignal, records: readonly Packed[], rank: number, bytes: number): Segment {
    const items = records.reduce((sum, record) => sum + record.items, 0)
    return newSegment({ folder: this.#folder, number: ++this.#number, signal, rank, own: true, bytes, items })
  }

  #take(segments: readonly Segment[]): void {
    for (const { bytes } of segments) this.#bytes += bytes
    for (const signal of SIGNALS) {
      const found = segments.filter((segment) => segment.signal === signal)
      if (found.length === 0) continue
      this.#lanes[signal].add(found)
      this.#lanes[signal].onArrival()
    }
    this.#makeRoom(0, Number.MAX_SAFE_INTEGER)
  }

  /** The least important goes first, and of that the oldest; never for something less important. */
  #makeRoom(bytes: number, rank: number): boolean {
    // Nothing goes for what would not fit in an empty folder.
    if (bytes > this.#options.maxBytes) return false
    while (this.#bytes + bytes > this.#options.maxBytes) {
      const waiting = SIGNALS.flatMap((signal) => this.#lanes[signal].segments).filter(
        (segment) => !segment.busy && segment.rank <= rank,
      )
      const lowest = Math.min(...waiting.map((segment) => segment.rank))
      const victim = waiting.find((segment) => segment.rank === lowest)
      if (!victim) return false
      const { segments } = this.#lanes[victim.signal]
      segments.splice(segments.indexOf(victim), 1)
      this.lost(victim, 'spool_full', victim.items)
      void this.remove(victim)
    }
    return true
  }

  /** Removes a folder in which nothing waits; false when something does. */
  async #tidy(folder: string): Promise<boolean> {
    try {
      const left = await this.disk.readdir(folder)
      if (left.some((name) => name.endsWith('.spool'))) return false
      for (const signal of SIGNALS) await this.disk.rm(pointerFile(folder, signal), { force: true })
      await this.disk.rmdir(folder)
      this.#claims.forget(folder)
      return true
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
    }
  }
}
