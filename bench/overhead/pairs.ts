import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../report/document.ts'
import { startCollector } from '../ingest/processes.ts'
import { startApp } from './app-process.ts'
import type { Surroundings } from './bench-processes.ts'
import { type Framework, type Variant, variantOf } from './cases.ts'
import { APP_CORE, type Durations, OTHER_CORE, servedBy, storedBy } from './measure.ts'

/** What is measured closely: a variant, and the one that it is compared with. */
export const PAIRS = [
  { base: 'bare', variant: 'native' },
  { base: 'collected', variant: 'adopt' },
] as const

export type PairedVariant = (typeof PAIRS)[number]['variant']

/** Both apps of a pair, in one round. */
export interface PairSample {
  round: number
  framework: Framework
  variant: PairedVariant
  /** Microseconds of CPU for each request that was answered. */
  without: number
  with: number
  /** What the variant adds, taken between neighbours in time. */
  added: number
  /** How many spans came for each request, as an SDK drops what its receiver does not take in time; 0 of an app that has none. */
  spansWithout: number
  spansWith: number
}

const SLICES = 8
const SLICE_SECONDS = 0.5
/** After which nothing comes any more of what waits, with a second between two exports. */
const QUIET_MS = 2500

interface Side {
  /** Asks for a while, and tells the CPU of each request. */
  slice(seconds: number): Promise<number>
  spansPerRequest(): Promise<number>
  stop(): Promise<void>
}

/**
 * Both apps live at the same time and are asked in turn, a moment each, so that whatever else the machine does is the same to
 * both: two apps, minutes apart, may differ by more than what is to be measured.
 */
export async function measurePair(
  framework: Framework,
  { base, variant }: (typeof PAIRS)[number],
  { warmUp }: Durations,
  around: Surroundings,
): Promise<Omit<PairSample, 'round'>> {
  const sides: Side[] = []
  try {
    for (const name of [base, variant]) sides.push(await startSide(framework, variantOf(name), around))
    for (const side of sides) await side.slice(warmUp)
    const costs: [number[], number[]] = [[], []]
    for (let slice = 0; slice < SLICES; slice++) {
      const order = slice % 2 === 0 ? [0, 1] : [1, 0]
      for (const at of order) costs[at]!.push(await sides[at]!.slice(SLICE_SECONDS))
    }
    await sleep(QUIET_MS)
    const [spansWithout, spansWith] = await Promise.all(sides.map((side) => side.spansPerRequest()))
    return {
      framework,
      variant,
      without: median(costs[0]),
      with: median(costs[1]),
      added: median(costs[1].map((cost, slice) => cost - costs[0][slice]!)),
      spansWithout: spansWithout!,
      spansWith: spansWith!,
    }
  } finally {
    for (const side of sides) await side.stop()
  }
}

async function startSide(framework: Framework, variant: Variant, around: Surroundings): Promise<Side> {
  const collector = variant.receiver === 'collector' ? await startCollector(OTHER_CORE) : undefined
  const app = await startApp(APP_CORE, framework, variant.file, variant.env(collector?.url ?? '')).catch(
    async (error: unknown) => {
      await collector?.stop()
      throw error
    },
  )
  return {
    async slice(seconds) {
      const before = app.cpuSeconds()
      const { answered } = await around.load({ url: `${app.url}/orders/42`, seconds })
      return ((app.cpuSeconds() - before) * 1e6) / answered
    },
    async spansPerRequest() {
      if (!collector) return 0
      const { served } = await servedBy(app)
      return (await storedBy(collector)).spans / served
    },
    async stop() {
      await app.stop()
      await collector?.stop()
    },
  }
}
