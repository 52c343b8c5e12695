import { figure, markdownTable } from '../report/document.ts'
import { describeMachine } from '../report/machine.ts'
import { FRAMEWORKS, type Framework, RATES, SLOW_MS, VARIANTS } from './cases.ts'
import {
  arrivalsOf,
  besideBare,
  type OverheadRun,
  pairSpread,
  type Sample,
  type Spread,
  spread,
  type Wanted,
} from './samples.ts'
import { PAIRS, type PairedVariant, type PairSample } from './pairs.ts'

export const FRAMEWORK_TITLES: Record<Framework, string> = {
  express: 'Express',
  fastify: 'Fastify',
  nest: 'Nest',
}

export const addedCpu = (run: OverheadRun, wanted: Wanted): Spread | undefined =>
  besideBare(run, wanted, (sample, bare) => sample.full.cpuMicros - bare.full.cpuMicros)

/** What a variant adds to what it is compared with closely. */
export const addedInPair = (
  run: OverheadRun,
  framework: Framework,
  variant: PairedVariant,
): Spread | undefined => pairSpread(run, framework, variant, ({ added }) => added)

const shareOfBare = (run: OverheadRun, wanted: Wanted): Spread | undefined =>
  besideBare(run, wanted, (sample, bare) => sample.full.perSecond / bare.full.perSecond)

/** Of the requests that the bare app answers with the CPU that it uses, which is what counts where CPU is the limit. */
const shareByCpu = (run: OverheadRun, wanted: Wanted): Spread | undefined =>
  besideBare(run, wanted, (sample, bare) => bare.full.cpuMicros / sample.full.cpuMicros)

/** What was measured, on what and with what. */
export function describeRun({ machine, rounds, durations, versions, minutes }: OverheadRun): string {
  const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${describeMachine(machine)}; rounds: ${rounds}, in ${figure(minutes)} minutes, ${durations.full} s of full load each.`,
    `Measured: ${installed.join(', ')}.`,
  ].join('\n')
}

/** Every variant in a row, and of each framework what a request costs beside the bare app. */
export function summaryTable(run: OverheadRun): string {
  const columns = FRAMEWORKS.flatMap((each) => [`${FRAMEWORK_TITLES[each]}: + µs CPU`, 'of bare, by CPU'])
  const rows = VARIANTS.filter(({ name }) => name !== 'bare').map(({ name, title }) => [
    title,
    ...FRAMEWORKS.flatMap((framework) => {
      const wanted = { framework, variant: name }
      return [middle(addedCpu(run, wanted)), middle(shareByCpu(run, wanted))]
    }),
  ])
  return markdownTable(['variant', ...columns], rows)
}

/** Every variant of one framework under full load. */
export function fullLoadTable(run: OverheadRun, framework: Framework): string {
  const head = [
    'variant',
    'req/s',
    'of bare',
    'CPU µs',
    '+ µs',
    'of bare, by CPU',
    'p50 ms',
    'p99 ms',
    'loop p99 ms',
    'MiB idle',
    'MiB at load',
    'start ms',
    'requests',
    'told of',
    'lost',
    'core in use',
  ]
  const rows = VARIANTS.map(({ name, title }) => {
    const wanted = { framework, variant: name }
    const of = (read: (sample: Sample) => number | undefined) => spread(run, wanted, read)
    return [
      title,
      wide(of(({ full }) => full.perSecond)),
      wide(shareOfBare(run, wanted)),
      wide(of(({ full }) => full.cpuMicros)),
      name === 'bare' ? '' : wide(addedCpu(run, wanted)),
      name === 'bare' ? '' : middle(shareByCpu(run, wanted)),
      middle(of(({ full }) => full.p50)),
      middle(of(({ full }) => full.p99)),
      middle(of(({ loopP99 }) => loopP99)),
      middle(of(({ idleMiB }) => idleMiB)),
      middle(of(({ peakMiB }) => peakMiB)),
      wide(of(({ startMs }) => startMs)),
      ...arrivals(run, wanted),
      middle(of(({ full }) => full.busy)),
    ]
  })
  return markdownTable(head, rows)
}

/** At rates that leave time: what one request costs and how long it takes. */
export function pacedTable(run: OverheadRun, framework: Framework): string {
  const head = ['variant', ...RATES.flatMap((rate) => [`${rate}/s: CPU µs`, 'p50 ms', 'p99 ms'])]
  const rows = VARIANTS.flatMap(({ name, title }) => {
    const cells = RATES.flatMap((rate) => {
      const of = (key: 'cpuMicros' | 'p50' | 'p99') =>
        spread(run, { framework, variant: name }, ({ paced }) => paced?.[rate]?.[key])
      return [middle(of('cpuMicros')), middle(of('p50')), wide(of('p99'))]
    })
    return cells.some((cell) => cell !== '') ? [[title, ...cells]] : []
  })
  return markdownTable(head, rows)
}

const PAIR_TITLES: Record<PairedVariant, string> = {
  native: 'bare',
  adopt: 'OpenTelemetry',
}

/** What Hubline adds to an app, asked in turn with the same app without it, and how many spans arrive. */
export function pairsTable(run: OverheadRun): string {
  const head = [
    'framework',
    'beside',
    'CPU µs without',
    'with Hubline',
    '+ µs',
    'spans a request without',
    'with Hubline',
  ]
  const rows = PAIRS.flatMap(({ variant }) =>
    FRAMEWORKS.map((framework) => {
      const of = (read: (sample: PairSample) => number) => wide(pairSpread(run, framework, variant, read))
      return [
        FRAMEWORK_TITLES[framework],
        PAIR_TITLES[variant],
        of((sample) => sample.without),
        of((sample) => sample.with),
        wide(addedInPair(run, framework, variant)),
        of(({ spansWithout }) => spansWithout),
        of(({ spansWith }) => spansWith),
      ]
    }),
  )
  return markdownTable(head, rows)
}

/** Under full load, while the collector answers late. */
export function slowTable(run: OverheadRun): string {
  const head = ['framework', 'req/s of bare', '+ µs', 'MiB at load', 'requests', 'told of', 'lost']
  const rows = FRAMEWORKS.map((framework) => {
    const wanted = { framework, variant: 'native', slow: true }
    return [
      FRAMEWORK_TITLES[framework],
      wide(shareOfBare(run, wanted)),
      wide(addedCpu(run, wanted)),
      middle(spread(run, wanted, ({ peakMiB }) => peakMiB)),
      ...arrivals(run, wanted),
    ]
  })
  return `Each answer comes after ${SLOW_MS} ms.\n\n${markdownTable(head, rows)}`
}

function arrivals(run: OverheadRun, wanted: Wanted): string[] {
  const all = arrivalsOf(run, wanted)
  if (!all) return ['', '', '']
  const told = all.told.map(({ kind, arrived }) => `${count(arrived)} ${kind}`).join(', ')
  return [count(all.made), told, count(all.lost)]
}

const count = (value: number): string => value.toLocaleString('en-US')

const middle = (of: Spread | undefined): string => (of ? figure(of.median) : '')

/** `1,200 (1,100 – 1,300)` */
const wide = (of: Spread | undefined): string =>
  of ? `${figure(of.median)} (${figure(of.least)} – ${figure(of.most)})` : ''
