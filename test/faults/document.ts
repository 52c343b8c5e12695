import type { Result } from './account.ts'
import { figuresOf, readable } from './figures.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'
import { HEAD, NUMBERS, rows, sum } from './table.ts'

/** One run of every suite. */
export interface Run {
  seed: number
  results: readonly Result[]
}

/** What a marker may name beside scenarios. */
const WHOLE: Record<string, (run: Run) => string[]> = {
  'the run': summary,
  'all scenarios': everything,
}

const BEGIN = '<!-- figures of '
const END = '<!-- until here -->'
const MARKED = /(?:(^ *)|)<!-- figures of ([^>]+) -->(?:(?!<!--)[^])*<!-- until here -->/gm

/** The names in the markers of `document`, in their order: scenarios, `the run` or `all scenarios`. */
export function named(document: string): string[] {
  return Array.from(document.matchAll(MARKED), ([, , names]) => names!.split(', ')).flat()
}

/** The scenarios that left no result, as one does that was skipped. */
export function absent(results: readonly Result[]): Scenario[] {
  const there = new Set(results.map(({ scenario }) => scenario))
  return (Object.keys(SCENARIOS) as Scenario[]).filter((scenario) => !there.has(scenario))
}

/**
 * `document` with what `run` measured between its markers: a quote under one that begins a line, else plain words in the
 * line, as in the cell of a table.
 *
 * @throws Error when a marker has no end, or names what the run has no figures of
 */
export function written(document: string, run: Run): string {
  const marked = document.match(MARKED)?.length ?? 0
  for (const mark of [BEGIN, END]) {
    if (document.split(mark).length - 1 !== marked) {
      throw new Error(`the document has ${marked} pairs of markers and another number of "${mark}"`)
    }
  }
  return document.replaceAll(MARKED, (_, indent: string | undefined, names: string) => {
    const begin = `${BEGIN}${names} -->`
    const lines = names.split(', ').flatMap((name) => linesOf(name, run))
    if (indent === undefined) return `${begin}${lines.join('; ')}${END}`
    const block = names in WHOLE ? lines : quote(lines)
    return [begin, '', ...block, '', END].map((line) => line && indent + line).join('\n')
  })
}

function linesOf(name: string, run: Run): string[] {
  const whole = WHOLE[name]
  if (whole) return whole(run)
  const results = run.results.filter(({ scenario }) => scenario === name)
  if (results.length === 0) throw new Error(`a marker names "${name}", of which the run has no figures`)
  return results.map(figuresOf)
}

const quote = (lines: readonly string[]): string[] =>
  lines.map((line) => (lines.length > 1 ? `> - ${line}` : `> ${line}`))

function summary({ seed, results }: Run): string[] {
  const accounts = results.filter((result) => 'side' in result)
  const sides = Map.groupBy(accounts, ({ side }) => side)
  const sums = Array.from(sides.values(), sum).map(({ side, kills, generated, missing }) => {
    return `on the ${side}'s side ${readable(kills)} kills, ${readable(generated)} generated, ${readable(missing)} missing`
  })
  return quote([`Seed ${seed}: ${sums.join('; ')}.`])
}

function everything({ results }: Run): string[] {
  const rule = HEAD.map((_, column) => (NUMBERS.has(column) ? '--:' : ':--'))
  return [[...HEAD], rule, ...rows(results)].map((cells) => `| ${cells.join(' | ')} |`)
}
