import { figure, markdownTable } from '../report/document.ts'
import { describeMachine, type Machine } from '../report/machine.ts'
import type { Case, Format } from './cases.ts'
import type { Limits } from './limits.ts'

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

export interface IngestRun {
  machine: Machine
  rounds: number
  limits: (Limits & { format: Format })[]
  cases: (Case & Measured)[]
}

const HEAD = [
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

/** A run in words: what it was measured on, the limits, and a row for each case. */
export function describeIngest({ machine, rounds, limits, cases }: IngestRun): string {
  const lower = new Map(
    limits.map(({ format, parsing, inserting }) => [format, Math.min(parsing, inserting)]),
  )
  const rows = cases.map((each) => [
    each.format,
    each.batch,
    each.gzip ? 'yes' : 'no',
    figure(each.perSecond),
    figure(each.perCpuSecond),
    `${figure((each.perCpuSecond / lower.get(each.format)!) * 100)} %`,
    figure(each.p50),
    figure(each.p99),
    figure(each.peakMiB),
    figure(each.diskBytesPerItem),
    figure(each.wireBytesPerItem),
  ])
  return [
    `${describeMachine(machine)}; medians of ${rounds} rounds.`,
    '',
    markdownTable(
      ['limit, items per CPU second', 'reading alone', 'inserting alone'],
      limits.map(({ format, parsing, inserting }) => [format, figure(parsing), figure(inserting)]),
    ),
    '',
    markdownTable(HEAD, rows),
  ].join('\n')
}
