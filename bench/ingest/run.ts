// node bench/ingest/run.ts [--quick]: what a collector takes in, beside the two limits of its machine; writes docs/performance.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median, withSection } from '../report/document.ts'
import { machine } from '../report/machine.ts'
import { CASES, nameOf, type Case, type Format } from './cases.ts'
import type { Limits } from './limits.ts'
import { load, messageOf, startCollector, startProcess } from './processes.ts'
import { describeIngest, type IngestRun, type Measured } from './report.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, rounds: { type: 'string' } } })
const rounds = values.quick ? 1 : Number(values.rounds ?? 3)

/** The collector has one core, its sender the other. */
const [OWN_CORE, OTHER_CORE] = ['0', '1']
const CONNECTIONS = 16

function itemsOf({ batch }: Case): number {
  const full = batch === 1 ? 20_000 : batch === 50 ? 200_000 : 300_000
  return values.quick ? full / 20 : full
}

async function measureCase(each: Case): Promise<Measured> {
  const collector = await startCollector(OWN_CORE)
  try {
    const order = { url: collector.url, case: each, connections: CONNECTIONS }
    await load({ ...order, items: itemsOf(each) / 10 }, OTHER_CORE, () => undefined)
    const diskBefore = collector.diskBytes()
    let cpuBefore = 0
    const result = await load({ ...order, items: itemsOf(each) }, OTHER_CORE, () => {
      cpuBefore = collector.cpuSeconds()
    })
    const cpu = collector.cpuSeconds() - cpuBefore
    return {
      perSecond: result.items / result.seconds,
      perCpuSecond: result.items / cpu,
      p50: result.p50,
      p99: result.p99,
      peakMiB: collector.peakMiB(),
      diskBytesPerItem: (collector.diskBytes() - diskBefore) / result.items,
      wireBytesPerItem: result.bytes / result.items,
    }
  } finally {
    await collector.stop()
  }
}

async function measureLimits(format: Format): Promise<Limits> {
  const child = startProcess('limits.ts', OWN_CORE)
  child.send({ format, items: values.quick ? 10_000 : 200_000 })
  return (await messageOf(child)) as Limits
}

const formats = [...new Set(CASES.map(({ format }) => format))]
const samples = new Map<string, Measured[]>()
const limits = new Map<Format, Limits[]>()
for (let round = 1; round <= rounds; round++) {
  for (const format of formats)
    limits.set(format, [...(limits.get(format) ?? []), await measureLimits(format)])
  for (const each of CASES) {
    const measured = await measureCase(each)
    samples.set(nameOf(each), [...(samples.get(nameOf(each)) ?? []), measured])
    console.log(
      `round ${round}: ${nameOf(each)}: ${Math.round(measured.perSecond)}/s, ${Math.round(measured.perCpuSecond)} per CPU second`,
    )
  }
}

const medians = <Figures extends object>(all: readonly Figures[]): Figures =>
  Object.fromEntries(
    Object.keys(all[0]!).map((key) => [
      key,
      median(all.map((each) => (each as Record<string, number>)[key]!)),
    ]),
  ) as Figures
const run: IngestRun = {
  machine: machine(),
  rounds,
  limits: formats.map((format) => ({ format, ...medians(limits.get(format)!) })),
  cases: CASES.map((each) => ({ ...each, ...medians(samples.get(nameOf(each))!) })),
}
const text = describeIngest(run)
console.log(`\n${text}`)
if (values.quick) console.log('\na quick run is not written down')
else {
  mkdirSync(`${ROOT}bench/results`, { recursive: true })
  writeFileSync(
    `${ROOT}bench/results/ingest.json`,
    `${JSON.stringify({ ...run, samples: Object.fromEntries(samples) }, null, 2)}\n`,
  )
  const path = `${ROOT}docs/performance.md`
  writeFileSync(path, withSection(readFileSync(path, 'utf8'), 'bench/ingest', text))
}
