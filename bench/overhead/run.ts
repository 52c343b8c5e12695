// node bench/overhead/run.ts: what it costs a request to be seen, beside what others take for it. Writes bench/results/overhead.json
// and from it docs/images/overhead.svg and the tables in bench/RESULTS.md, docs/performance.md and README.md.
//   --quick           one short round, and nothing is written
//   --only express    frameworks, by commas
//   --variants a,b    of those in cases.ts
//   --rounds 5
//   --profile DIR     a CPU profile of each app
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from '../report/machine.ts'
import { startSurroundings, type Surroundings } from './bench-processes.ts'
import { type Framework, FRAMEWORKS, VARIANTS, type Variant } from './cases.ts'
import { type Durations, measure, type Measured, type Measurement, OTHER_CORE } from './measure.ts'
import { measurePair, PAIRS, type PairSample } from './pairs.ts'
import type { OverheadRun, Sample } from './samples.ts'
import { versions } from './versions.ts'
import { describeOverhead, writeRun } from './write.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    variants: { type: 'string' },
    profile: { type: 'string' },
  },
})
const rounds = values.quick ? 1 : Number(values.rounds)
const durations: Durations = values.quick
  ? { idle: 0.3, warmUp: 1, full: 1.5, paced: 1 }
  : { idle: 0.3, warmUp: 2, full: 1.6, paced: 1.2 }

/** Those of `all` that are named, by commas; all when none is. @throws on a name that is none */
function chosen<T>(
  option: string,
  text: string | undefined,
  all: readonly T[],
  nameOf: (each: T) => string,
): T[] {
  if (text === undefined) return [...all]
  return text.split(',').map((name) => {
    const found = all.find((each) => nameOf(each) === name)
    if (found === undefined)
      throw new Error(`--${option}: got ${name}, wants some of ${all.map(nameOf).join(', ')}`)
    return found
  })
}

const isInstalled = ({ peer }: Variant): boolean =>
  peer === undefined || existsSync(fileURLToPath(new URL(`../peers/node_modules/${peer}`, import.meta.url)))

const frameworks = chosen('only', values.only, FRAMEWORKS, (name) => name)

/**
 * What a round measures. At fixed rates and before a slow receiver that is only what the answer is needed of, as the rest is
 * much the same everywhere; these, and the variants of which only the order of size matters, take every other round.
 */
function measurements(round: number): Measurement[] {
  const whole = round % 2 === 1
  const variants = chosen('variants', values.variants, VARIANTS, ({ name }) => name).filter(isInstalled)
  return frameworks.flatMap((framework) =>
    variants.flatMap((variant) => {
      if (variant.expressAlone && framework !== 'express') return []
      if (!variant.eachRound && !whole) return []
      const native = variant.name === 'native'
      const paced = whole && (framework === 'express' || native || variant.name === 'bare')
      const usual = { framework, variant, durations, slow: false, paced }
      return native && whole ? [usual, { ...usual, slow: true, paced: false }] : [usual]
    }),
  )
}

async function sampleOf(order: Measurement, around: Surroundings): Promise<Measured | undefined> {
  const { profile } = values
  const nodeOptions = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=200'] : []
  try {
    return await measure({ ...order, nodeOptions }, around)
  } catch (error) {
    console.error(`${order.framework}, ${order.variant.name} did not run: ${String(error)}`)
    return undefined
  }
}

/** The pairs of which both variants are measured. */
async function comparePairs(round: number, framework: Framework): Promise<void> {
  const names = measurements(round).map(({ variant }) => variant.name)
  for (const pair of PAIRS) {
    if (!names.includes(pair.base) || !names.includes(pair.variant)) continue
    try {
      const sample = { round, ...(await measurePair(framework, pair, durations, around)) }
      pairs.push(sample)
      const { without, added, spansWithout, spansWith } = sample
      console.log(
        `round ${round}: ${framework}, ${pair.base} ${without.toFixed(1)} µs, ${pair.variant} + ${added.toFixed(1)}, ` +
          `spans a request ${spansWithout.toFixed(2)} and ${spansWith.toFixed(2)}`,
      )
    } catch (error) {
      console.error(`${framework}, ${pair.base} and ${pair.variant} did not run: ${String(error)}`)
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const samples: Sample[] = []
const pairs: PairSample[] = []
const around = await startSurroundings(OTHER_CORE)
const began = performance.now()
try {
  for (let round = 1; round <= rounds; round++) {
    for (const order of measurements(round)) {
      const measured = await sampleOf(order, around)
      if (!measured) continue
      const { framework, variant, slow } = order
      samples.push({ round, framework, variant: variant.name, slow, ...measured })
      const { full, arrived } = measured
      console.log(
        `round ${round}: ${framework}, ${variant.name}${slow ? ', slow receiver' : ''}: ${Math.round(full.perSecond)}/s, ` +
          `${full.cpuMicros.toFixed(1)} µs, p99 ${full.p99.toFixed(1)} ms, busy ${(full.busy * 100).toFixed(0)} %` +
          (arrived ? `, arrived ${JSON.stringify(arrived)}` : ''),
      )
    }
    for (const framework of frameworks) await comparePairs(round, framework)
  }
} finally {
  around.end()
}
const run: OverheadRun = {
  machine: machine(),
  minutes: (performance.now() - began) / 60_000,
  rounds,
  durations,
  versions: versions(),
  samples,
  pairs,
}
console.log(`\n${describeOverhead(run)}`)
const partly = values.quick || values.only || values.variants || values.profile
if (partly) console.log('\na run of parts is not written down')
else writeRun(run)
