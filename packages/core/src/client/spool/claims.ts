import { basename, join } from 'node:path'
import type { Disk } from './disk.ts'
import { claimedName, isAlive, isSpoolFolder } from './owner.ts'
import { readPointer } from './pointer.ts'
import { type Segment, segmentOf, SIGNALS } from './segment.ts'

/** How often a process shows that its folders are its own, and looks for those of processes that are gone. */
const EVERY_MS = 10_000
/** Where a pid says nothing (another host or container), a folder untouched for this long has no owner any more. */
const SILENT_MS = 35_000

/** Takes over the folders of processes that are gone, each by one atomic rename. */
export class Claims {
  /** The folders of this process, its own and those that it took over. */
  readonly folders: Set<string> = new Set()
  readonly #home: string
  readonly #disk: Disk
  readonly #found: (segments: readonly Segment[]) => void
  readonly #now: () => number
  /** By the monotonic clock, and by what the folder's own time was then: no clock has to be right. */
  readonly #watched = new Map<string, { touched: number; since: number }>()
  /** Taken over, and not looked into yet. */
  readonly #unread = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  /** `now`: milliseconds of a clock that never jumps. */
  constructor(
    home: string,
    disk: Disk,
    found: (segments: readonly Segment[]) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now
    this.#home = home
    this.#disk = disk
    this.#found = found
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), EVERY_MS).unref()
    void this.look()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  own(folder: string): void {
    this.folders.add(folder)
  }

  forget(folder: string): void {
    this.folders.delete(folder)
  }

  /** Shows whose the folders are, and takes over those of processes that are gone; never fails. */
  look(): Promise<void> {
    return (this.#looking ??= this.#round()
      .catch(() => {})
      .finally(() => (this.#looking = undefined)))
  }

  async #round(): Promise<void> {
    const now = new Date()
    for (const folder of this.folders) await this.#disk.utimes(folder, now, now).catch(() => {})
    for (const name of await this.#disk.readdir(this.#home).catch(() => [])) {
      const folder = join(this.#home, name)
      if (!isSpoolFolder(name) || this.folders.has(folder)) continue
      if (await this.#abandoned(folder).catch(() => false)) await this.#claim(folder)
    }
    const found: Segment[] = []
    for (const folder of this.#unread) found.push(...(await this.#read(folder).catch(() => [])))
    if (found.length > 0) this.#found(found)
  }

  async #abandoned(folder: string): Promise<boolean> {
    const alive = isAlive(basename(folder))
    if (alive !== undefined) return !alive
    const touched = (await this.#disk.lstat(folder)).mtimeMs
    const known = this.#watched.get(folder)
    if (known?.touched === touched) return this.#now() - known.since > SILENT_MS
    this.#watched.set(folder, { touched, since: this.#now() })
    return false
  }

  async #claim(folder: string): Promise<void> {
    const mine = join(this.#home, claimedName(basename(folder)))
    try {
      await this.#disk.rename(folder, mine)
    } catch {
      // Another process was faster.
      return
    }
    this.#watched.delete(folder)
    this.folders.add(mine)
    this.#unread.add(mine)
  }

  /** What a folder holds; when it cannot be told for now, the next look asks again. */
  async #read(folder: string): Promise<Segment[]> {
    const segments = await this.#segments(folder)
    this.#unread.delete(folder)
    if (segments.length === 0) await this.#disk.rm(folder, { recursive: true, force: true })
    return segments
  }

  async #segments(folder: string): Promise<Segment[]> {
    const segments: Segment[] = []
    let since = Infinity
    for (const name of (await this.#disk.readdir(folder)).sort()) {
      const { size, mtimeMs } = await this.#disk.lstat(join(folder, name))
      const segment = segmentOf(folder, name, size, false)
      if (!segment) continue
      segments.push(segment)
      since = Math.min(since, mtimeMs)
    }
    for (const segment of segments) segment.since = since
    for (const signal of SIGNALS) {
      const pointer = await readPointer(this.#disk, folder, signal)
      if (!pointer) continue
      for (const segment of segments.filter((each) => each.signal === signal)) {
        if (segment.number > pointer.segment) continue
        const delivered = segment.number < pointer.segment
        segment.offset = delivered ? segment.bytes : pointer.offset
        segment.items -= delivered ? segment.items : pointer.done
      }
    }
    return segments
  }
}
