import { figure, markdownTable } from '../report/document.ts'
import { describeMachine, type Machine } from '../report/machine.ts'
import type { UiFigures } from './measure.ts'

export type UiRun = UiFigures & { machine: Machine }

/** A run in words and tables. */
export function describeUi(run: UiRun): string {
  const { machine, rounds, stored, spans, liveSeconds, chromium, bundle, paints, live, scrolls } = run
  const percent = (share: number) => `${figure(share * 100)} %`
  return [
    `${describeMachine(machine)}, Chromium ${chromium}; medians of ${rounds} rounds.`,
    `### Opening a page\n\nWith ${count(stored)} events stored, milliseconds from the navigation on.`,
    markdownTable(
      ['page, and what is waited for', 'first paint', 'useful'],
      Object.entries(paints).map(([name, { paintMs, inSightMs }]) => [
        name,
        figure(paintMs),
        figure(inSightMs),
      ]),
    ),
    `The bundle has ${count(bundle.all)} bytes in ${bundle.files} files, gzipped; ${count(bundle.first)} of them are needed before anything shows.`,
    `### Watching a flood\n\n${figure(live.events)} events a second, for ${liveSeconds} seconds with the live page open.`,
    markdownTable(
      ['', 'cores'],
      [
        ['the page and its worker', figure(live.pages)],
        ['its main thread, busy', figure(live.tasks)],
        ['its main thread, in scripts', figure(live.scripts)],
        ['the whole browser', figure(live.browser)],
        ['the collector', figure(live.collector)],
      ],
    ),
    `### Scrolling a long trace\n\nA trace of ${count(spans)} spans.`,
    markdownTable(
      ['', 'pixels a second', 'frames a second', 'p95 ms', 'longest ms', 'frames with rows'],
      Object.entries(scrolls).map(([name, each]) => [
        name,
        figure(each.pixelsPerSecond),
        figure(each.framesPerSecond),
        figure(each.p95),
        figure(each.longest),
        percent(each.filled),
      ]),
    ),
  ].join('\n\n')
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
