import { medians } from '../report/document.ts'
import { BATCHES, CASES, nameOf, type Case } from './cases.ts'
import type { Limits, LimitsOrder } from './limits.ts'
import { askOf, load, startCollector, startProcess } from './processes.ts'

/** Of one case; where there are several rounds, the median of each figure. */
export interface Measured {
  /** Items acknowledged per second. */
  perSecond: number
  /** Items per second of CPU that the collector used, over all of its threads. */
  perCpuSecond: number
  /** Milliseconds from sending a request to its acknowledgement. */
  p50: number
  p99: number
  peakMiB: number
  /** On the collector's disk. */
  diskBytesPerItem: number
  /** In the request. */
  wireBytesPerItem: number
}

export interface CasesRun {
  rounds: number
  limits: (Limits & Pick<Case, 'format' | 'batch'>)[]
  cases: (Case & Measured)[]
}

export interface CasesOptions {
  rounds: number
  isQuick: boolean
  /** Where the collector runs, and where the sender does. */
  cores: readonly [string, string]
  log(line: string): void
}

const CONNECTIONS = 16

/** Every case and every limit, round by round, so that what else the machine does is spread over all. */
export async function measureCases({ rounds, isQuick, cores, log }: CasesOptions): Promise<CasesRun> {
  const formats = [...new Set(CASES.map(({ format }) => format))]
  const limited = formats.flatMap((format) => BATCHES.map((batch) => ({ format, batch })))
  const limits = limited.map((): Limits[] => [])
  const cases = CASES.map((): Measured[] => [])
  for (let round = 1; round <= rounds; round++) {
    for (const [index, each] of limited.entries()) {
      limits[index]!.push(await measureLimits({ ...each, items: itemsOf(each.batch, isQuick) }, cores[0]))
    }
    for (const [index, each] of CASES.entries()) {
      const measured = await measureCase(each, itemsOf(each.batch, isQuick), cores)
      cases[index]!.push(measured)
      const [wall, cpu] = [measured.perSecond, measured.perCpuSecond].map(Math.round)
      log(`round ${round}: ${nameOf(each)}: ${wall}/s, ${cpu} per CPU second`)
    }
  }
  return {
    rounds,
    limits: limited.map((each, index) => ({ ...each, ...medians(limits[index]!) })),
    cases: CASES.map((each, index) => ({ ...each, ...medians(cases[index]!) })),
  }
}

/** So many that each case takes about two seconds. */
function itemsOf(batch: number, isQuick: boolean): number {
  const full = batch === 1 ? 16_000 : batch === 50 ? 120_000 : 200_000
  return isQuick ? full / 20 : full
}

async function measureLimits(order: LimitsOrder, core: string): Promise<Limits> {
  return (await askOf(startProcess('limits.ts', core), order)) as Limits
}

async function measureCase(
  each: Case,
  items: number,
  [ownCore, otherCore]: CasesOptions['cores'],
): Promise<Measured> {
  const collector = await startCollector(ownCore)
  try {
    const order = { url: collector.url, case: each, connections: CONNECTIONS }
    await load([{ ...order, items: items / 10 }], otherCore, () => undefined)
    const diskBefore = collector.diskBytes()
    let cpuBefore = 0
    const [result] = await load([{ ...order, items }], otherCore, () => {
      cpuBefore = collector.cpuSeconds()
    })
    const cpu = collector.cpuSeconds() - cpuBefore
    return {
      perSecond: result!.items / result!.seconds,
      perCpuSecond: result!.items / cpu,
      p50: result!.p50,
      p99: result!.p99,
      peakMiB: collector.peakMiB(),
      diskBytesPerItem: (collector.diskBytes() - diskBefore) / result!.items,
      wireBytesPerItem: result!.bytes / result!.items,
    }
  } finally {
    await collector.stop()
  }
}
