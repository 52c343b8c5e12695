import type { ChildProcess } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { quantile } from '../../report/document.ts'
import type { FleetOrder, Sent, SendOrder } from '../life/fleet.ts'
import { askOf, startCollector, startProcess, type BenchedCollector } from '../processes.ts'
import type { Answered } from './ask.ts'
import { QUESTIONS, type World } from './questions.ts'

/** Answers to one question. */
export interface AnswerTimes {
  /** Milliseconds. */
  p50: number
  p95: number
  /** Milliseconds of CPU of the collector for each; only where nothing else goes on. */
  cpu: number | null
  /** Items of an answer, the median. */
  found: number
  asked: number
  /** Answers that were not whole. */
  cut: number
}

/** What was seen when so many spans were stored. */
export interface Mark {
  spans: number
  /** With hub events and log records. */
  items: number
  /** Of the last items before the mark. */
  perSecond: number
  perCpuSecond: number
  diskBytesPerItem: number
  rssMiB: number
  peakMiB: number
  quiet: Record<string, AnswerTimes>
  /** While spans come in at a fixed rate. */
  busy: Record<string, AnswerTimes>
}

export interface Growth {
  /** Spans whose rate is told at each mark. */
  window: number
  /** Spans a second that come in while it is busy. */
  busyRate: number
  /** How often each question is asked, as long as that does not take too long. */
  asked: number
  spansAnHour: number
  marks: Mark[]
}

export interface GrowthOptions {
  /** Numbers of spans, ascending. */
  marks: readonly number[]
  window: number
  busyRate: number
  asked: number
  /** Where the collector runs, and where those do who send and ask. */
  cores: readonly [string, string]
  log(line: string): void
}

const CONNECTIONS = 16
const HOUR_MS = 3_600_000
const SPANS_AN_HOUR = 1_000_000
/** With hub events, logs and indexes; with much to spare. */
const DISK_BYTES_A_SPAN = 1000
/** For all the answers to one question. */
const QUESTION_MS = 10_000
const ENDLESS = Number.MAX_SAFE_INTEGER

/** One collector that goes on while what it stores grows. */
export async function measureGrowth(options: GrowthOptions): Promise<Growth> {
  const { marks, window, busyRate, asked, cores } = options
  checkDisk(marks.at(-1)!)
  const collector = await startCollector(cores[0], {
    HUBLINE_RETENTION: '30d',
    HUBLINE_RETENTION_BYTES: '1000GiB',
  })
  const fleet = startProcess('life/fleet.ts', cores[1])
  const asker = startProcess('growth/ask.ts', cores[1])
  try {
    const run = new GrowthRun(options, collector, fleet, asker)
    await run.begin()
    const results: Mark[] = []
    for (const mark of marks) results.push(await run.measure(mark))
    return { window, busyRate, asked, spansAnHour: SPANS_AN_HOUR, marks: results }
  } finally {
    fleet.kill()
    asker.kill()
    await collector.stop()
  }
}

class GrowthRun {
  readonly #options: GrowthOptions
  readonly #collector: BenchedCollector
  readonly #fleet: ChildProcess
  readonly #asker: ChildProcess
  readonly #world = { traces: [] as string[], nowMs: 0 }
  #spans = 0
  #items = 0

  constructor(options: GrowthOptions, collector: BenchedCollector, fleet: ChildProcess, asker: ChildProcess) {
    this.#options = options
    this.#collector = collector
    this.#fleet = fleet
    this.#asker = asker
  }

  async begin(): Promise<void> {
    const spanMs = HOUR_MS / SPANS_AN_HOUR
    const startMs = Date.now() - this.#options.marks.at(-1)! * spanMs
    const order: FleetOrder = { url: this.#collector.url, connections: CONNECTIONS, startMs, spanMs }
    await askOf(this.#fleet, order)
  }

  async measure(mark: number): Promise<Mark> {
    const { window, busyRate } = this.#options
    const collector = this.#collector
    const fill = mark - window - this.#spans
    if (fill > 0) await this.#send({ spans: fill })
    const cpuBefore = collector.cpuSeconds()
    // What came in while it was busy may have come near the next mark.
    const { items, seconds } = await this.#send({ spans: Math.max(mark - this.#spans, window / 2) })
    const perCpuSecond = items / (collector.cpuSeconds() - cpuBefore)
    await untilIdle(collector)
    const stored = { spans: this.#spans, items: this.#items }
    const size = { diskBytesPerItem: collector.diskBytes() / this.#items, rssMiB: collector.rssMiB() }
    const quiet = await this.#askAll(true)
    const coming = this.#send({ spans: ENDLESS, spansPerSecond: busyRate })
    const ended = coming.then(() => Promise.reject(new Error('the fleet stopped')))
    const busy = await Promise.race([this.#askAll(false), ended])
    ended.catch(() => undefined)
    this.#fleet.send('stop')
    await coming
    const peakMiB = collector.peakMiB()
    return { ...stored, perSecond: items / seconds, perCpuSecond, ...size, peakMiB, quiet, busy }
  }

  async #send(order: SendOrder): Promise<Sent> {
    const sent = (await askOf(this.#fleet, order)) as Sent
    this.#spans += sent.spans
    this.#items += sent.items
    this.#world.nowMs = sent.nowMs
    for (const trace of sent.traces) this.#world.traces.push(trace)
    const rate = Math.round(sent.items / sent.seconds)
    this.#options.log(`growth: ${this.#spans} spans stored, the last ${sent.spans} with ${rate} items/s`)
    return sent
  }

  async #askAll(isQuiet: boolean): Promise<Record<string, AnswerTimes>> {
    const all: Record<string, AnswerTimes> = {}
    for (const [name, question] of Object.entries(QUESTIONS)) {
      const { p50, p95, cpu, found, asked, cut } = (all[name] = await this.#ask(question, isQuiet))
      const ms = [p50, p95, ...(cpu === null ? [] : [cpu])].map((each) => each.toFixed(1)).join(', ')
      this.#options.log(
        `  ${isQuiet ? 'quiet' : 'busy'}: ${name}: ${ms} ms, ${found} found, ${asked} asked, ${cut} cut`,
      )
    }
    return all
  }

  async #ask(question: (world: World) => string, isQuiet: boolean): Promise<AnswerTimes> {
    const { asked } = this.#options
    const { url } = this.#collector
    const urls = Array.from({ length: asked }, () => url + question(this.#world))
    const cpuBefore = this.#collector.cpuSeconds()
    const { took, found, cut } = (await askOf(this.#asker, { urls, ms: QUESTION_MS })) as Answered
    const cpu = ((this.#collector.cpuSeconds() - cpuBefore) / took.length) * 1000
    return {
      p50: quantile(took, 0.5),
      p95: quantile(took, 0.95),
      cpu: isQuiet ? cpu : null,
      found: quantile(found, 0.5),
      asked: took.length,
      cut,
    }
  }
}

/** @throws where there is not room enough for so many spans. */
function checkDisk(spans: number): void {
  const { bavail, bsize } = statfsSync(tmpdir())
  const needed = spans * DISK_BYTES_A_SPAN
  if (bavail * bsize >= needed) return
  const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(0)} GiB`
  throw new Error(
    `${tmpdir()} has ${gib(bavail * bsize)} left, ${spans} spans may need ${gib(needed)}: --growth takes fewer millions`,
  )
}

const [IDLE_SHARE, IDLE_STEP_MS, IDLE_STEPS] = [0.04, 500, 240]

/** Waits while the collector works on what it has put off, such as the words of logs. */
async function untilIdle(collector: BenchedCollector): Promise<void> {
  for (let step = 0; step < IDLE_STEPS; step++) {
    const before = collector.cpuSeconds()
    await new Promise((resolve) => setTimeout(resolve, IDLE_STEP_MS))
    if (((collector.cpuSeconds() - before) * 1000) / IDLE_STEP_MS < IDLE_SHARE) return
  }
}
