import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { decodeEvents } from '../../../receivers/decode-events.ts'
import { Judge } from '../../../vocabulary/judge.ts'
import type { LogRow, MetricRow, SpanRow } from '../../rows.ts'
import type { ServedEvent } from '../../events.ts'
import type { EventsReceipt, OtlpReceipt, StoredSignal } from '../../store.ts'
import type { Look } from '../../../monitors/look-out.ts'
import type { Transition } from '../../monitors.ts'
import { makeDirectory, migrate, openForWriting, transaction } from '../database.ts'
import { COPIES } from '../backup.ts'
import { lockDataDir } from '../lock.ts'
import type { JobResult, WriterData, WriterJob, WriterReply } from '../messages.ts'
import { refuseNewerFiles } from '../newer-schema.ts'
import { CATALOG_MIGRATIONS, SIGNALS } from '../schema.ts'
import { CatalogChanges } from './catalog-changes.ts'
import { CatalogSweep, SHRINKS } from './catalog-sweep.ts'
import { Dictionary } from './dictionary.ts'
import { EventWriter, type EventWrite } from './event-writer.ts'
import { commitOrSplit } from './commit-or-split.ts'
import { EventCounter } from './event-counter.ts'
import { LogIndexer } from './log-indexer.ts'
import { MetricLedger } from './metric-ledger.ts'
import { toFailure, type Failure } from './failure.ts'
import { Housekeeping, type Tended } from './housekeeping.ts'
import { decodeOtlp, type OtlpWrites } from './otlp-jobs.ts'
import { LOGS, metricsTable, OtlpWriter, SPANS } from './otlp-writer.ts'
import { openAllParts } from './all-parts.ts'
import type { Parts } from './parts.ts'
import { recover, saveWatermarks } from './recovery.ts'
import { MonitorWatch } from './monitor-watch.ts'
import { batchReceipt, singleReceipt } from './receipts.ts'
import { Retention } from './retention.ts'
import { takeSnapshot } from './snapshot.ts'
import { SeriesLimit } from './series-limit.ts'
import { ServiceLedger } from './service-ledger.ts'
import { SpanBlocks } from './span-blocks.ts'
import { SpanCounter } from './span-counter.ts'
import { TraceIndex } from './trace-index.ts'

/** What one job will be told once its rows are committed. */
interface Pending {
  job: number
  receipt: () => EventsReceipt | OtlpReceipt | null
}

/** The one writer of a data directory: takes groups of jobs and commits each in one transaction per touched part. */
export class Writer {
  readonly #dataDir: string
  readonly #catalog: DatabaseSync
  readonly #lock: { release(): void }
  readonly #housekeeping: Housekeeping
  readonly #parts: Record<StoredSignal, Parts>
  readonly #dictionary: Dictionary
  readonly #ledger: ServiceLedger
  readonly #changes: CatalogChanges
  readonly #judge: Judge
  readonly #watch: MonitorWatch
  readonly #events: EventWriter
  readonly #spans: OtlpWriter<SpanRow>
  readonly #logs: OtlpWriter<LogRow>
  readonly #metrics: OtlpWriter<MetricRow>
  readonly #series: SeriesLimit
  readonly #metricLedger: MetricLedger
  /** Highest event cursor that readers may see: the catalog knows of everything up to it. */
  #watermark: bigint
  /** Whether committed rows wait to be told to the catalog, because the last try failed. */
  #behind = false

  /** @throws {DataDirLockedError} or {DatabaseVersionError}, or what the file system says. */
  constructor(data: WriterData) {
    const { dataDir, durability, retention, limits, metricSeries, openTraces, now } = data
    makeDirectory(dataDir, durability)
    this.#dataDir = dataDir
    refuseNewerFiles(dataDir)
    this.#lock = lockDataDir(dataDir)
    rmSync(join(dataDir, COPIES), { recursive: true, force: true })
    const path = join(dataDir, 'catalog.db')
    const catalog = (this.#catalog = openForWriting(path, durability, SHRINKS))
    migrate(catalog, path, CATALOG_MIGRATIONS)
    const parts = (this.#parts = openAllParts({ dataDir, durability, catalog, now }, limits, retention))
    const dictionary = (this.#dictionary = new Dictionary(catalog))
    const spansAgeMs = retention.signals?.spans?.ageMs ?? retention.ageMs
    const ledger = (this.#ledger = new ServiceLedger(catalog, spansAgeMs))
    this.#changes = new CatalogChanges(catalog, dictionary, ledger)
    this.#judge = new Judge(catalog, data.validate)
    const last = recover(catalog, parts, ledger)
    ledger.prune(now)
    this.#watch = new MonitorWatch(catalog, ledger.monitors, now)
    const traces = (signal: 'spans' | 'logs') =>
      new TraceIndex(signal, parts[signal], catalog, openTraces[signal])
    this.#events = new EventWriter(parts.events, catalog, dictionary, ledger, last.events, openTraces.events)
    this.#spans = new OtlpWriter(SPANS, parts.spans, dictionary, ledger, last.spans, traces('spans'))
    this.#logs = new OtlpWriter(LOGS, parts.logs, dictionary, ledger, last.logs, traces('logs'))
    this.#series = new SeriesLimit(metricSeries)
    this.#metricLedger = new MetricLedger(catalog, this.#series)
    this.#metricLedger.learn(parts.metrics)
    this.#metricLedger.prune(now - retention.ageMs)
    this.#metrics = new OtlpWriter(
      metricsTable(this.#metricLedger),
      parts.metrics,
      dictionary,
      ledger,
      last.metrics,
    )
    this.#housekeeping = new Housekeeping({
      parts,
      writers: { events: this.#events, spans: this.#spans, logs: this.#logs, metrics: this.#metrics },
      retention: new Retention(catalog, parts, { ...retention, ...limits }),
      sweep: new CatalogSweep(catalog, dictionary),
      logs: new LogIndexer(catalog, parts.logs),
      events: new EventCounter(catalog, parts.events),
      spans: new SpanCounter(catalog, parts.spans),
      blocks: new SpanBlocks(catalog, parts.spans),
      sealed(signal, now) {
        dictionary.beginEpoch()
        if (signal === 'events' || signal === 'spans') ledger.prune(now)
      },
    })
    this.#watermark = last.events
  }

  get watermark(): bigint {
    return this.#watermark
  }

  totals(): Record<StoredSignal, number> {
    const sum = (signal: StoredSignal) => this.#parts[signal].all.reduce((rows, part) => rows + part.rows, 0)
    return { events: sum('events'), spans: sum('spans'), logs: sum('logs'), metrics: sum('metrics') }
  }

  /**
   * Decodes, commits and answers a group of jobs; never throws.
   *
   * @param watched whether new events are wanted in the answer.
   */
  run(jobs: readonly WriterJob[], watched: boolean): Extract<WriterReply, { kind: 'committed' }> {
    const started = performance.now()
    const pending: Pending[] = []
    const results: JobResult[] = []
    const events: EventWrite[] = []
    const otlp: OtlpWrites = { spans: [], logs: [], metrics: [] }
    let now = 0
    for (const job of jobs) {
      if ('body' in job) now = Math.max(now, job.receivedAt)
      try {
        pending.push({ job: job.job, receipt: this.#decode(job, events, otlp) })
      } catch (error) {
        const message = `the body could not be read: ${(error as Error).message}`
        results.push({ job: job.job, receipt: { kind: 'unreadable', message } })
      }
    }
    const dropped = now > 0 && !this.#behind ? this.#housekeeping.tidyWhereDue(now) : []
    const after = this.#events.last
    const live: ServedEvent[] | null = watched ? [] : null
    const failures = this.#commit(events, otlp, live, jobs)
    if (now > 0) {
      const failed = [...failures.values()].some(({ problem }) => problem === 'disk')
      if (this.#behind || failed) this.#watch.blind(now)
      else this.#watch.sees(now)
    }
    for (const { job, receipt } of pending) {
      const failure = failures.get(job)
      results.push(failure === undefined ? { job, receipt: receipt() } : { job, ...failure })
    }
    live?.sort((a, b) => (a.cursor < b.cursor ? -1 : 1))
    return {
      kind: 'committed',
      results,
      totals: this.totals(),
      watermark: this.#watermark,
      after: watched ? after : null,
      events: live ?? [],
      transitions: this.#ledger.monitors.takeTransitions(),
      dropped,
      seconds: this.#housekeeping.worked(started),
    }
  }

  /** Seals and gives up parts where nothing comes in that would. @returns those that are gone, as `signal/id`. */
  tidy(now: number): string[] {
    return this.#behind ? [] : this.#housekeeping.tidy(now)
  }

  /** Copies what may not change meanwhile into a folder; resolves when the copies are made, and never rejects. */
  async snapshot({ job, folder }: { job: number; folder: string }): Promise<JobResult> {
    try {
      if (this.#behind) this.#saveCatalog()
      await takeSnapshot(this.#dataDir, this.#parts, folder)
      return { job, receipt: null }
    } catch (error) {
      return { job, ...toFailure(error) }
    }
  }

  /** Looks at the monitors. @returns the changes of state, oldest first. */
  look(look: Look): Transition[] {
    try {
      if (this.#behind) this.#saveCatalog()
    } catch {
      this.#watch.blind(look.now)
    }
    this.#watch.look(look)
    return this.#ledger.monitors.takeTransitions()
  }

  /** Does a few milliseconds of work that nobody waits for. */
  tend(): Tended {
    return this.#behind ? 'nothing' : this.#housekeeping.tend()
  }

  close(): void {
    if (this.#behind) this.#saveCatalog()
    for (const signal of SIGNALS) this.#parts[signal].close()
    this.#catalog.close()
    this.#lock.release()
  }

  #decode(job: WriterJob, events: EventWrite[], otlp: OtlpWrites): Pending['receipt'] {
    if (!('body' in job)) return () => null
    if (job.kind === 'otlp') return decodeOtlp(job, otlp, this.#series)
    const decoded = decodeEvents(job, this.#judge)
    if ('message' in decoded) {
      const { kind, message } = decoded
      return () => ({ kind, message })
    }
    const writes = decoded.events.map((event): EventWrite => {
      return { decoded: event, receivedAt: job.receivedAt, job: job.job }
    })
    for (const write of writes) events.push(write)
    if (decoded.kind === 'batch') return () => batchReceipt(writes, decoded.rejected)
    return () => singleReceipt(writes[0], decoded.rejected[0])
  }

  #commit(
    events: EventWrite[],
    otlp: OtlpWrites,
    live: ServedEvent[] | null,
    jobs: readonly WriterJob[],
  ): Map<number, Failure> {
    const failures = new Map<number, Failure>()
    const fail = (ids: Iterable<number>, error: unknown) => {
      for (const id of ids) failures.set(id, toFailure(error))
    }
    const groups = [
      [this.#spans, otlp.spans],
      [this.#logs, otlp.logs],
      [this.#metrics, otlp.metrics],
    ] as unknown as [OtlpWriter<SpanRow>, OtlpWrites['spans']][]
    try {
      // Numbers and places first: a part must never name what the catalog does not know.
      transaction(this.#catalog, () => {
        this.#events.place(events)
        for (const [writer, writes] of groups) writer.place(writes)
        for (const job of jobs) this.#changes.apply(job)
      })
    } catch (error) {
      this.#dictionary.forget()
      fail(
        jobs.map((job) => job.job),
        error,
      )
      return failures
    }
    if (jobs.some((job) => job.kind === 'vocabulary')) this.#judge.learn()
    this.#events.commit(events, live, fail)
    for (const [writer, writes] of groups) {
      if (writes.length > 0) commitOrSplit(writes, (some) => writer.commit(some), fail)
    }
    try {
      this.#saveCatalog()
    } catch {
      // What is committed stays so and is acknowledged; it becomes visible with the next save, or by recovery.
      this.#behind = true
    }
    return failures
  }

  #saveCatalog(): void {
    const last = {
      events: this.#events.last,
      spans: this.#spans.last,
      logs: this.#logs.last,
      metrics: this.#metrics.last,
    }
    transaction(this.#catalog, () => {
      for (const signal of SIGNALS) this.#parts[signal].save()
      this.#ledger.save()
      this.#metricLedger.save()
      saveWatermarks(this.#catalog, last)
    })
    for (const signal of SIGNALS) this.#parts[signal].saved()
    this.#ledger.saved()
    this.#metricLedger.saved()
    this.#watermark = last.events
    this.#behind = false
  }
}
