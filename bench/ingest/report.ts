import { figure, markdownTable } from '../report/document.ts'
import { describeMachine } from '../report/machine.ts'
import { describeGrowth } from './growth/report.ts'
import type { CasesRun } from './measure-cases.ts'
import type { SendersRun } from './measure-senders.ts'
import { BATCHES, type Format } from './cases.ts'
import type { IngestResults } from './results.ts'

/** All that is kept of runs, in words and tables. */
export function describeIngest({ cases, senders, growth }: IngestResults): string {
  return [
    ...(cases ? [`### Formats and sizes\n\n${measuredOn(cases)}\n\n${describeCases(cases)}`] : []),
    ...(senders ? [`### Several senders\n\n${measuredOn(senders)}\n\n${describeSenders(senders)}`] : []),
    ...(growth
      ? [`### As it grows\n\n${describeMachine(growth.machine)}.\n\n${describeGrowth(growth)}`]
      : []),
  ].join('\n\n')
}

function measuredOn({ machine, rounds }: NonNullable<IngestResults['cases' | 'senders']>): string {
  return `${describeMachine(machine)}; medians of ${rounds} rounds.`
}

const CASES_HEAD = [
  'items',
  'batch',
  'gzip',
  'items/s',
  'per CPU second',
  'of the lower limit',
  'p50 ms',
  'p99 ms',
  'memory MiB',
  'disk B',
  'wire B',
]

function describeCases({ limits, cases }: CasesRun): string {
  const formats = [...new Set(limits.map(({ format }) => format))]
  const limit = (format: Format, batch: number) =>
    limits.find((each) => each.format === format && each.batch === batch)!
  const inserting = (format: Format) => limit(format, BATCHES.at(-1)!).inserting
  const rows = cases.map((each) => {
    const lower = Math.min(limit(each.format, each.batch).parsing, inserting(each.format))
    return [
      each.format,
      each.batch,
      each.gzip ? 'yes' : 'no',
      figure(each.perSecond),
      figure(each.perCpuSecond),
      `${figure((each.perCpuSecond / lower) * 100)} %`,
      figure(each.p50),
      figure(each.p99),
      figure(each.peakMiB),
      figure(each.diskBytesPerItem),
      figure(each.wireBytesPerItem),
    ]
  })
  return [
    markdownTable(
      [
        'limit, items per CPU second',
        ...BATCHES.map((batch) => `reading alone, ${batch}`),
        'inserting alone',
      ],
      formats.map((format) => [
        format,
        ...BATCHES.map((batch) => figure(limit(format, batch).parsing)),
        figure(inserting(format)),
      ]),
    ),
    markdownTable(CASES_HEAD, rows),
  ].join('\n\n')
}

function describeSenders({ cases }: SendersRun): string {
  return markdownTable(
    ['items', 'senders', 'items/s', 'per CPU second', 'p50 ms', 'p99 ms'],
    cases.map(({ format, processes, perSecond, perCpuSecond, p50, p99 }) => [
      format,
      processes,
      figure(perSecond),
      figure(perCpuSecond),
      figure(p50),
      figure(p99),
    ]),
  )
}
