import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchedCollector, startCollector } from '../ingest/processes.ts'
import { type BenchedApp, startApp } from './app-process.ts'
import type { Surroundings } from './bench-processes.ts'
import { type Framework, RATES, type Variant } from './cases.ts'
import type { Told } from './protocols.ts'

/** The app has one core, everything around it the other. */
export const [APP_CORE, OTHER_CORE] = ['0', '1']

/** Seconds that each part of one measurement takes. */
export interface Durations {
  idle: number
  warmUp: number
  full: number
  paced: number
}

/** What was seen while requests came in. */
export interface Served {
  perSecond: number
  /** Microseconds of CPU of the whole process, threads included, for each request that was answered. */
  cpuMicros: number
  /** Milliseconds. */
  p50: number
  p99: number
  failed: number
  /** Share of the app's core that was in use: under full load, less than all means that something else was the limit. */
  busy: number
}

/** Requests that the receiver was told of, up to the end of the full load. */
export interface Arrived {
  made: number
  events?: number
  spans?: number
}

export interface Measured {
  startMs: number
  idleMiB: number
  /** The most until the end of the full load. */
  peakMiB: number
  full: Served
  /** Milliseconds between two turns of the app's event loop under full load: of a hundred, one takes longer. */
  loopP99: number
  arrived?: Arrived
  /** By requests a second, where that was measured. */
  paced?: Record<string, Served>
}

export interface Measurement {
  framework: Framework
  variant: Variant
  durations: Durations
  /** The receiver answers late. */
  slow: boolean
  /** Also at fixed rates. */
  paced: boolean
  nodeOptions?: readonly string[]
}

/** Measures one variant of one app, in processes that end with it. */
export async function measure(order: Measurement, around: Surroundings): Promise<Measured> {
  const { variant, framework, slow, nodeOptions } = order
  const collector = variant.receiver === 'collector' ? await startCollector(OTHER_CORE) : undefined
  try {
    if (collector && slow) await around.slowTo(collector.url)
    await around.clearSink()
    const url = collector ? (slow ? around.slowUrl : collector.url) : around.sinkUrl
    const app = await startApp(APP_CORE, framework, variant.file, variant.env(url), nodeOptions)
    try {
      return await measureApp(app, order, around, collector)
    } finally {
      await app.stop()
    }
  } finally {
    await collector?.stop()
  }
}

async function measureApp(
  app: BenchedApp,
  { variant, durations, paced }: Measurement,
  around: Surroundings,
  collector: BenchedCollector | undefined,
): Promise<Measured> {
  await sleep(durations.idle * 1000)
  const idleMiB = app.memoryMiB()
  await around.load({ url: `${app.url}/orders/42`, seconds: durations.warmUp })
  await servedBy(app)
  const full = await serve(app, around, durations.full)
  const peakMiB = app.peakMiB()
  const { served: made, loopP99 } = await servedBy(app)
  const measured: Measured = { startMs: app.startMs, idleMiB, peakMiB, full, loopP99 }
  if (variant.receiver !== 'none') {
    const told = () => (collector ? storedBy(collector) : around.sinkCount())
    const count = async () => onlyThose(await told(), variant)
    measured.arrived = { made, ...(await settled(made, count)) }
  }
  if (paced) {
    measured.paced = {}
    for (const rate of RATES) measured.paced[rate] = await serve(app, around, durations.paced, rate)
  }
  return measured
}

/** What an app says of itself; its event loop is watched from one question to the next. */
export async function servedBy({ url }: BenchedApp): Promise<{ served: number; loopP99: number }> {
  return (await (await fetch(`${url}/served`)).json()) as { served: number; loopP99: number }
}

async function serve(app: BenchedApp, around: Surroundings, seconds: number, rate?: number): Promise<Served> {
  const [cpuBefore, from] = [app.cpuSeconds(), performance.now()]
  const order = { url: `${app.url}/orders/42`, seconds, ...(rate !== undefined && { rate }) }
  const { answered, p50, p99, failed, ...load } = await around.load(order)
  const cpu = app.cpuSeconds() - cpuBefore
  const took = (performance.now() - from) / 1000
  return {
    perSecond: answered / load.seconds,
    cpuMicros: (cpu * 1e6) / answered,
    p50,
    p99,
    failed,
    busy: cpu / took,
  }
}

type Count = Omit<Arrived, 'made'>

/** Of what a variant tells of. */
function onlyThose(told: Told, { tells = [] }: Variant): Count {
  return Object.fromEntries(tells.map((kind) => [kind, told[kind]]))
}

/** A service of the collector's that has reported nothing yet is not there. */
export async function storedBy({ url }: BenchedCollector): Promise<Told> {
  const response = await fetch(`${url}/api/v1/services/bench`)
  const { counts, events_by_type } = (response.ok ? await response.json() : NOTHING) as typeof NOTHING
  return { events: events_by_type['InteractionDetected'] ?? 0, spans: counts.spans }
}

const NOTHING: { counts: { spans: number }; events_by_type: Record<string, number> } = {
  counts: { spans: 0 },
  events_by_type: {},
}

const POLL_MS = 250
/** What has not come for so long after the last that came does not come. */
const QUIET_MS = 2500

/** Waits until everything has arrived, or nothing more does. */
async function settled(made: number, count: () => Promise<Count>): Promise<Count> {
  let last = await count()
  for (let quiet = 0; quiet < QUIET_MS; quiet += POLL_MS) {
    if (Object.values(last).every((arrived) => arrived >= made)) break
    await sleep(POLL_MS)
    const next = await count()
    if (Object.entries(next).some(([of, arrived]) => arrived > (last[of as keyof Count] ?? 0))) quiet = 0
    last = next
  }
  return last
}
