import { medians } from '../report/document.ts'
import type { Case, Format } from './cases.ts'
import { load, startCollector } from './processes.ts'

/** Where there are several rounds, the median of each figure. */
export interface SendersMeasured {
  /** Items acknowledged per second, of all senders together. */
  perSecond: number
  /** Items per second of CPU that the collector used. */
  perCpuSecond: number
  /** Milliseconds from sending a request to its acknowledgement; of the slowest sender. */
  p50: number
  p99: number
}

export interface SendersRun {
  rounds: number
  cases: (SendersMeasured & { format: Format; processes: number })[]
}

const PROCESSES = [1, 2, 4]
const FORMATS: readonly Format[] = ['events', 'spans, protobuf']
const CONNECTIONS = 16

/** Several processes that send at once. They and the collector share all cores, as the system gives them out. */
export async function measureSenders({
  rounds,
  isQuick,
  log,
}: {
  rounds: number
  isQuick: boolean
  log(line: string): void
}): Promise<SendersRun> {
  const cases = FORMATS.flatMap((format) => PROCESSES.map((processes) => ({ format, processes })))
  const samples = cases.map((): SendersMeasured[] => [])
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { format, processes }] of cases.entries()) {
      const measured = await measure(
        { format, batch: 500, gzip: false },
        processes,
        isQuick ? 20_000 : 200_000,
      )
      samples[index]!.push(measured)
      log(`round ${round}: ${format} from ${processes} processes: ${Math.round(measured.perSecond)}/s`)
    }
  }
  return { rounds, cases: cases.map((each, index) => ({ ...each, ...medians(samples[index]!) })) }
}

async function measure(each: Case, processes: number, items: number): Promise<SendersMeasured> {
  const collector = await startCollector()
  try {
    const order = { url: collector.url, case: each, items: items / 10, connections: CONNECTIONS }
    await load([order], undefined, () => undefined)
    const share = { ...order, items: items / processes, connections: CONNECTIONS / processes }
    const orders = Array.from({ length: processes }, () => share)
    let cpuBefore = 0
    const results = await load(orders, undefined, () => {
      cpuBefore = collector.cpuSeconds()
    })
    const sent = results.reduce((sum, result) => sum + result.items, 0)
    const most = (figures: number[]) => Math.max(...figures)
    return {
      perSecond: sent / most(results.map(({ seconds }) => seconds)),
      perCpuSecond: sent / (collector.cpuSeconds() - cpuBefore),
      p50: most(results.map(({ p50 }) => p50)),
      p99: most(results.map(({ p99 }) => p99)),
    }
  } finally {
    await collector.stop()
  }
}
