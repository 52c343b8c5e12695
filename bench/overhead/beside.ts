import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../report/document.ts'
import { startCollector } from '../ingest/processes.ts'
import { startApp } from './app-process.ts'
import type { Surroundings } from './bench-processes.ts'
import { type Framework, type Variant, variantOf } from './cases.ts'
import { APP_CORE, type Durations, OTHER_CORE } from './measure.ts'

/** An app with OpenTelemetry of its own, and the same app with Hubline beside it, in one round. */
export interface BesideSample {
  round: number
  framework: Framework
  /** Microseconds of CPU for each request that was answered. */
  without: number
  with: number
  /** What Hubline adds, taken between neighbours in time. */
  added: number
  /** Of the host's SDK, which drops what its receiver does not take in time: how many came for each request. */
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
 * both: two apps with OpenTelemetry, minutes apart, differ by more than what is to be measured.
 */
export async function measureBeside(
  framework: Framework,
  { warmUp }: Durations,
  around: Surroundings,
): Promise<Omit<BesideSample, 'round'>> {
  const sides: Side[] = []
  try {
    for (const name of ['collected', 'adopt']) sides.push(await startSide(framework, variantOf(name), around))
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
  const collector = await startCollector(OTHER_CORE)
  const app = await startApp(APP_CORE, framework, variant.file, variant.env(collector.url)).catch(
    async (error: unknown) => {
      await collector.stop()
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
      const { served } = (await (await fetch(`${app.url}/served`)).json()) as { served: number }
      const answer = await fetch(`${collector.url}/api/v1/services/bench`)
      const { counts } = (await answer.json()) as { counts: { spans: number } }
      return counts.spans / served
    },
    async stop() {
      await app.stop()
      await collector.stop()
    },
  }
}
