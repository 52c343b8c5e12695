import type { Worker } from 'node:worker_threads'
import { LookOut } from '../../monitors/look-out.ts'
import type { Transition } from '../monitors.ts'
import { StoreError } from '../store-error.ts'
import type { Commit, EventsBody, EventsReceipt, OtlpBody, OtlpReceipt, StoredSignal } from '../store.ts'
import { cursorToUlid } from './cursor.ts'
import { FairShares } from './fair-shares.ts'
import { JobOutbox } from './job-outbox.ts'
import type {
  CatalogChange,
  JobResult,
  WriterData,
  WriterJob,
  WriterReply,
  WriterRequest,
} from './messages.ts'
import type { StartWorker } from './worker-file.ts'

export interface WriterEvents {
  /** Seconds that a group took. */
  committed?: (seconds: number) => void
  /** Parts, as `signal/id`, that retention has given up. */
  dropped?: (parts: string[]) => void
  /** The thread ended by itself; a new one is being started. */
  lost?: (error: Error) => void
}

interface WriterOptions {
  data: Omit<WriterData, 'now'>
  clock: () => number
  queueBytes: number
  /** Milliseconds between two looks at what retention may give up. */
  retentionEveryMs: number
  /** Milliseconds between two looks at the monitors. */
  monitorEveryMs: number
  /** Milliseconds of a clock that goes with `clock` but is never set. */
  elapsed: () => number
  on: WriterEvents
  start: StartWorker
}

interface Waiting {
  bytes: number
  sender: string | undefined
  resolve: (receipt: EventsReceipt | OtlpReceipt | null) => void
  reject: (error: Error) => void
}

const NOT_OPEN = 'the store is not open'
const RESTART_MS = 1000
/** After a failed write a small probe may well succeed; only after this long it is believed again. */
const DISK_FAILURE_MS = 10_000
/** Probes that follow within this time share one answer, so that asking costs nothing. */
const PROVEN_MS = 1000

/** The main thread's end of the writer: a queue bounded in bytes, and one promise per job. */
export class WriterClient {
  totals: Record<StoredSignal, number> = { events: 0, spans: 0, logs: 0, metrics: 0 }
  watermark: bigint = 0n
  /** Bytes sent to the writer and not yet committed. */
  queuedBytes = 0
  #worker: Worker | undefined
  #closing: Promise<void> | undefined
  #restart: NodeJS.Timeout | undefined
  readonly #tidying: NodeJS.Timeout
  readonly #lookOut: LookOut
  readonly #looking: NodeJS.Timeout
  #job = 0
  readonly #outbox = new JobOutbox((jobs, transfer) =>
    this.#worker?.postMessage({ kind: 'jobs', jobs } satisfies WriterRequest, transfer),
  )
  #provenAt = Number.NEGATIVE_INFINITY
  #diskFailure = { message: '', at: Number.NEGATIVE_INFINITY }
  readonly #shares = new FairShares()
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(commit: Commit) => void>()
  readonly #transitionListeners = new Set<(transition: Transition) => void>()
  readonly #options: WriterOptions

  constructor(options: WriterOptions) {
    this.#options = options
    const { retentionEveryMs, monitorEveryMs, clock, elapsed } = options
    this.#tidying = setInterval(() => this.#post({ kind: 'tidy', now: clock() }), retentionEveryMs).unref()
    this.#lookOut = new LookOut({ everyMs: monitorEveryMs, clock, elapsed })
    const look = () => this.#post({ kind: 'look', look: this.#lookOut.look() })
    this.#looking = setInterval(look, monitorEveryMs).unref()
  }

  /** Resolves when the data directory is open; rejects with the error that the thread met. */
  open(): Promise<void> {
    const { data, clock, on, start } = this.#options
    const worker = start('writer/thread', {
      workerData: { ...data, now: clock() } satisfies WriterData,
    })
    const opened = Promise.withResolvers<void>()
    let failure: Error | undefined
    worker.on('message', (reply: WriterReply) => {
      if (reply.kind === 'opened') {
        this.#worker = worker
        this.totals = reply.totals
        this.watermark = reply.watermark
        if (this.#listeners.size > 0) this.#post({ kind: 'watch', on: true })
        opened.resolve()
      } else if (reply.kind === 'failed') {
        opened.reject(Object.assign(new Error(reply.message), { name: reply.name }))
      } else if (reply.kind === 'tidied') {
        this.totals = reply.totals
        this.#forget(reply.dropped)
      } else if (reply.kind === 'looked') this.#tell(reply.transitions)
      else if (reply.kind === 'copied') this.#settle(reply.result)
      else if (reply.kind === 'committed') this.#committed(reply)
    })
    worker.on('error', (error) => (failure = error as Error))
    worker.on('exit', () => {
      opened.reject(failure ?? new Error('the writer thread ended while it opened the data directory'))
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#provenAt = Number.NEGATIVE_INFINITY
      this.#failAll()
      if (this.#closing) return
      on.lost?.(failure ?? new Error('the writer thread ended'))
      this.#retry()
    })
    return opened.promise
  }

  hasRoom(bytes: number): boolean {
    const room = this.#worker !== undefined && this.queuedBytes + bytes <= this.#options.queueBytes
    if (!room) this.#lookOut.refused()
    return room
  }

  events(body: EventsBody): Promise<EventsReceipt> {
    return this.#submit((job) => ({ kind: 'events', job, ...body }), body) as Promise<EventsReceipt>
  }

  otlp(body: OtlpBody): Promise<OtlpReceipt> {
    return this.#submit((job) => ({ kind: 'otlp', job, ...body }), body) as Promise<OtlpReceipt>
  }

  async change(change: CatalogChange): Promise<void> {
    await this.#submit((job) => ({ job, ...change }))
  }

  /** Copies the catalog and the open parts, as they are between two commits, into a folder. */
  async snapshot(folder: string): Promise<void> {
    if (this.#closing || !this.#worker) throw new StoreError('closed', NOT_OPEN)
    const { job, settled } = this.#expect(0)
    this.#post({ kind: 'snapshot', job, folder })
    await settled
  }

  async probe(): Promise<void> {
    const { message, at } = this.#diskFailure
    if (at > this.#options.clock() - DISK_FAILURE_MS) throw new StoreError('disk', message)
    if (this.#provenAt > this.#options.clock() - PROVEN_MS) return
    await this.#submit((job) => ({ kind: 'probe', job }))
    this.#provenAt = this.#options.clock()
  }

  watch(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#post({ kind: 'watch', on: true })
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0)
        this.#post({ kind: 'watch', on: false })
    }
  }

  watchTransitions(listener: (transition: Transition) => void): () => void {
    this.#transitionListeners.add(listener)
    return () => this.#transitionListeners.delete(listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart)
    clearInterval(this.#tidying)
    clearInterval(this.#looking)
    const worker = this.#worker
    if (!worker) return
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    this.#post({ kind: 'close' })
    await ended
  }

  #submit(
    make: (job: number) => WriterJob,
    { body, sender }: Partial<Pick<EventsBody, 'body' | 'sender'>> = {},
  ): Promise<EventsReceipt | OtlpReceipt | null> {
    const bytes = body?.byteLength ?? 0
    if (this.#closing || !this.#worker) return Promise.reject(new StoreError('closed', NOT_OPEN))
    if (!this.hasRoom(bytes)) {
      const message = `the ingest queue holds ${this.queuedBytes} bytes of at most ${this.#options.queueBytes}`
      return Promise.reject(new StoreError('overloaded', message))
    }
    if (sender !== undefined) {
      const free = this.#options.queueBytes - this.queuedBytes
      if (!this.#shares.allows(sender, bytes, free)) {
        const message = 'this sender has its share of the ingest queue; the rest is kept for others'
        return Promise.reject(new StoreError('over_share', message))
      }
      this.#shares.take(sender, bytes)
    }
    const { job, settled } = this.#expect(bytes, sender)
    this.#outbox.add(make(job))
    return settled
  }

  #expect(
    bytes: number,
    sender?: string,
  ): { job: number; settled: Promise<EventsReceipt | OtlpReceipt | null> } {
    const { promise: settled, ...settle } = Promise.withResolvers<EventsReceipt | OtlpReceipt | null>()
    const job = ++this.#job
    this.queuedBytes += bytes
    this.#waiting.set(job, { bytes, sender, ...settle })
    return { job, settled }
  }

  /** Overtakes no job. */
  #post(request: Exclude<WriterRequest, { kind: 'jobs' }>): void {
    this.#outbox.flush()
    this.#worker?.postMessage(request)
  }

  #committed(reply: Extract<WriterReply, { kind: 'committed' }>): void {
    this.totals = reply.totals
    this.watermark = reply.watermark
    this.#outbox.answered(reply.results.length)
    this.#options.on.committed?.(reply.seconds)
    this.#forget(reply.dropped)
    for (const result of reply.results) this.#settle(result)
    const after = reply.after === null ? null : cursorToUlid(reply.after)
    const commit = { watermark: cursorToUlid(reply.watermark), events: reply.events, after }
    for (const listener of this.#listeners) listener(commit)
    this.#tell(reply.transitions)
  }

  #tell(transitions: readonly Transition[]): void {
    for (const transition of transitions) {
      for (const listener of this.#transitionListeners) listener(transition)
    }
  }

  #forget(dropped: string[]): void {
    if (dropped.length > 0) this.#options.on.dropped?.(dropped)
  }

  #settle(result: JobResult): void {
    const waiting = this.#waiting.get(result.job)
    if (!waiting) return
    this.#waiting.delete(result.job)
    this.queuedBytes -= waiting.bytes
    if (waiting.sender !== undefined) this.#shares.give(waiting.sender, waiting.bytes)
    if ('receipt' in result) return waiting.resolve(result.receipt)
    if (result.problem === 'disk') this.#diskFailure = { message: result.message, at: this.#options.clock() }
    waiting.reject(new StoreError(result.problem, result.message))
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new StoreError('closed', 'the writer ended before it could commit'))
    }
    this.#waiting.clear()
    this.#outbox.clear()
    this.#shares.clear()
    this.queuedBytes = 0
  }

  #retry(): void {
    this.#restart = setTimeout(() => {
      this.open().catch((error: Error) => {
        this.#options.on.lost?.(error)
        if (!this.#closing) this.#retry()
      })
    }, RESTART_MS)
    this.#restart.unref()
  }
}
