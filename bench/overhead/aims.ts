import { figure, markdownTable } from '../report/document.ts'
import { FRAMEWORKS, type Framework, SLOW_MS } from './cases.ts'
import { arrivalsOf, besideBare, type OverheadRun, pairSpread, type Sample } from './samples.ts'
import { addedCpu, addedInPair, FRAMEWORK_TITLES } from './tables.ts'

/** What Hubline wants to cost, and what it cost. */
interface Aim {
  title: string
  /** It is to be at least that; else at most. */
  atLeast?: true
  aim: Record<Framework, number>
  of: (run: OverheadRun, framework: Framework) => number | undefined
}

const all = (aim: number): Record<Framework, number> => ({ express: aim, fastify: aim, nest: aim })

const timesBare =
  (read: (sample: Sample) => number, variant = 'native') =>
  (run: OverheadRun, framework: Framework): number | undefined =>
    besideBare(run, { framework, variant }, (sample, bare) => read(sample) / read(bare))?.median

const beyondBare =
  (read: (sample: Sample) => number) =>
  (run: OverheadRun, framework: Framework): number | undefined =>
    besideBare(run, { framework, variant: 'native' }, (sample, bare) => read(sample) - read(bare))?.median

const lost =
  (slow: boolean) =>
  (run: OverheadRun, framework: Framework): number | undefined =>
    arrivalsOf(run, { framework, variant: 'native', slow })?.lost

const AIMS: readonly Aim[] = [
  {
    title: '+ µs CPU, an event and a span of each request',
    aim: { express: 15, fastify: 9, nest: 18 },
    of: (run, framework) => addedInPair(run, framework, 'native')?.median,
  },
  {
    title: 'of bare, by CPU',
    atLeast: true,
    aim: { express: 0.75, fastify: 0.7, nest: 0.75 },
    of: (run, framework) =>
      pairSpread(run, framework, 'native', (sample) => sample.without / sample.with)?.median,
  },
  {
    title: "+ µs CPU beside OpenTelemetry of the app's own",
    aim: all(6),
    of: (run, framework) => addedInPair(run, framework, 'adopt')?.median,
  },
  {
    title: '+ µs CPU without a URL',
    aim: all(1),
    of: (run, framework) => addedCpu(run, { framework, variant: 'inert' })?.median,
  },
  { title: 'lost at full load, of events or spans', aim: all(0), of: lost(false) },
  { title: `the same while each answer takes ${SLOW_MS} ms`, aim: all(0), of: lost(true) },
  { title: 'p99 at full load, × bare', aim: all(1.3), of: timesBare(({ full }) => full.p99) },
  {
    title: 'the same, to a server that only takes',
    aim: all(1.3),
    of: timesBare(({ full }) => full.p99, 'taken'),
  },
  {
    title: "p99 of the event loop's turns at full load, × bare",
    aim: all(1.3),
    of: timesBare(({ loopP99 }) => loopP99),
  },
  { title: '+ MiB at full load', aim: all(60), of: beyondBare(({ peakMiB }) => peakMiB) },
  { title: '+ MiB idle', aim: all(12), of: beyondBare(({ idleMiB }) => idleMiB) },
  { title: '+ ms to start', aim: all(60), of: beyondBare(({ startMs }) => startMs) },
]

/** Each aim beside what was measured; an aim that is missed shows as `20 > 15`. */
export function aimsTable(run: OverheadRun): string {
  const rows = AIMS.map(({ title, atLeast = false, aim, of }) => [
    title,
    ...FRAMEWORKS.map((framework) => {
      const measured = of(run, framework)
      return measured === undefined ? '' : compared(measured, aim[framework], atLeast)
    }),
  ])
  return markdownTable(['aim', ...FRAMEWORKS.map((each) => FRAMEWORK_TITLES[each])], rows)
}

function compared(measured: number, aim: number, atLeast: boolean): string {
  const sign = atLeast ? (measured >= aim ? '≥' : '<') : measured <= aim ? '≤' : '>'
  return `${figure(measured)} ${sign} ${figure(aim)}`
}
