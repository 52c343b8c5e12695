// node bench/ingest/run.ts [--quick] [--rounds 3] [--growth 20 | --no-growth] [--only cases|senders|growth]
// What a collector takes in and answers, beside the limits of its machine; writes bench/results/ingest.json and docs/performance.md.
import { parseArgs } from 'node:util'
import { machine } from '../report/machine.ts'
import { measureGrowth } from './growth/measure.ts'
import { measureCases } from './measure-cases.ts'
import { measureSenders } from './measure-senders.ts'
import { describeIngest } from './report.ts'
import { writeResults, type IngestResults } from './results.ts'

const PARTS = ['cases', 'senders', 'growth'] as const
const MILLION = 1_000_000

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    growth: { type: 'string', default: '20' },
    'no-growth': { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const isQuick = values.quick
const rounds = isQuick ? 1 : wholeNumber('rounds', values.rounds)
const most = wholeNumber('growth', values.growth)
const only = PARTS.find((part) => part === values.only)
if (values.only !== undefined && !only) throw new Error(`--only is one of ${PARTS.join(', ')}`)
const isWanted = (part: (typeof PARTS)[number]) =>
  only === undefined ? !(part === 'growth' && values['no-growth']) : only === part

/** The collector has one core, those who send and ask the other. */
const cores = ['0', '1'] as const
const began = performance.now()
const log = (line: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`)

const measured: IngestResults = {}
if (isWanted('cases'))
  measured.cases = { machine: machine(), ...(await measureCases({ rounds, isQuick, cores, log })) }
if (isWanted('senders'))
  measured.senders = { machine: machine(), ...(await measureSenders({ rounds, isQuick, log })) }
if (isWanted('growth')) {
  const options = isQuick
    ? { marks: [0.1 * MILLION, 0.2 * MILLION], window: 50_000, busyRate: 5000, asked: 10 }
    : { marks: marksTo(most), window: 500_000, busyRate: 5000, asked: 200 }
  measured.growth = { machine: machine(), ...(await measureGrowth({ ...options, cores, log })) }
}
console.log(`\n${describeIngest(measured)}`)
if (isQuick) console.log('\na quick run is not written down')
else writeResults(measured)

function marksTo(millions: number): number[] {
  return [...[1, 2, 5, 10, 20, 50, 100].filter((mark) => mark < millions), millions].map(
    (mark) => mark * MILLION,
  )
}

function wholeNumber(name: string, given: string): number {
  if (!/^[1-9]\d{0,3}$/.test(given))
    throw new Error(`--${name} is "${given}"; it must be a whole number from 1 on`)
  return Number(given)
}
