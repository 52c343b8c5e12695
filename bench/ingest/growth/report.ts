import { figure, markdownTable } from '../../report/document.ts'
import type { AnswerTimes, Growth, Mark } from './measure.ts'

/** The rate at each mark, then what each question took there. */
export function describeGrowth({ marks, window, busyRate, asked, spansAnHour }: Growth): string {
  const first = marks[0]!
  const rates = marks.map((mark) => [
    millions(mark.spans),
    figure(mark.perSecond),
    figure(mark.perCpuSecond),
    `${figure((mark.perCpuSecond / first.perCpuSecond) * 100)} %`,
    figure(mark.diskBytesPerItem),
    figure(mark.rssMiB),
    figure(mark.peakMiB),
  ])
  return [
    `The fleet's time goes so that ${spansAnHour.toLocaleString('en-US')} spans make an hour. Rates are of spans, hub events and log records together, of the last ${window.toLocaleString('en-US')} spans before each mark.`,
    markdownTable(
      [
        'spans stored',
        'items/s',
        'per CPU second',
        'of the first',
        'disk B an item',
        'memory MiB',
        'most MiB',
      ],
      rates,
    ),
    `What an answer took, in milliseconds, with nothing else going on: p50 and p95 of ${asked} answers, or of as many as ten seconds were enough for; and, with the most spans, CPU, and how many items an answer has.`,
    timesTable(marks, 'quiet'),
    `The same while ${busyRate.toLocaleString('en-US')} spans a second come in:`,
    timesTable(marks, 'busy'),
  ].join('\n\n')
}

function timesTable(marks: readonly Mark[], when: 'quiet' | 'busy'): string {
  const last = marks.at(-1)!
  const isQuiet = when === 'quiet'
  const head = [
    'question',
    ...marks.map(({ spans }) => `${millions(spans)}: p50, p95`),
    ...(isQuiet ? ['CPU', 'items'] : []),
  ]
  const rows = Object.entries(last[when]).map(([name, { cpu, found }]) => [
    name,
    ...marks.map((mark) => times(mark[when][name])),
    ...(isQuiet ? [figure(cpu!), figure(found)] : []),
  ])
  return markdownTable(head, rows)
}

function times(answer: AnswerTimes | undefined): string {
  if (!answer) return ''
  const { p50, p95, cut } = answer
  return `${figure(p50)}, ${figure(p95)}${cut > 0 ? ` (${cut} cut)` : ''}`
}

function millions(spans: number): string {
  return `${figure(Math.round(spans / 100_000) / 10)} M`
}
