import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withSection } from '../report/document.ts'
import { describeMachine } from '../report/machine.ts'
import { aimsTable } from './aims.ts'
import { FRAMEWORKS } from './cases.ts'
import { overheadChart } from './chart.ts'
import type { OverheadRun } from './samples.ts'
import {
  describeRun,
  FRAMEWORK_TITLES,
  fullLoadTable,
  pacedTable,
  pairsTable,
  slowTable,
  summaryTable,
} from './tables.ts'

const ROOT = new URL('../../', import.meta.url)
const at = (path: string): string => fileURLToPath(new URL(path, ROOT))

const IN_TURN = 'Asked in turn with the same app without it:'
const AIMS = 'What it wants to cost, and what it cost:'

/** A run in words, with every table. */
export function describeOverhead(run: OverheadRun): string {
  const measured = FRAMEWORKS.filter((each) => run.samples.some(({ framework }) => framework === each))
  return [
    describeRun(run),
    ...measured.map((each) => `### ${FRAMEWORK_TITLES[each]}, full load\n\n${fullLoadTable(run, each)}`),
    ...measured.map((each) => `### ${FRAMEWORK_TITLES[each]}, fixed rates\n\n${pacedTable(run, each)}`),
    `### Asked in turn with the same app without it\n\n${pairsTable(run)}`,
    `### A slow collector\n\n${slowTable(run)}`,
  ].join('\n\n')
}

/** Keeps the run, and writes from it alone every table and the chart. */
export function writeRun(run: OverheadRun): void {
  mkdirSync(at('bench/results'), { recursive: true })
  mkdirSync(at('docs/images'), { recursive: true })
  writeFileSync(at('bench/results/overhead.json'), `${JSON.stringify(run, null, 1)}\n`)
  writeFileSync(at('docs/images/overhead.svg'), overheadChart(run))
  writeSection('bench/RESULTS.md', describeOverhead(run))
  const chart = (folder: string) => `![CPU that each variant adds to a request](${folder}images/overhead.svg)`
  writeSection(
    'docs/performance.md',
    [describeRun(run), chart(''), summaryTable(run), IN_TURN, pairsTable(run), AIMS, aimsTable(run)].join(
      '\n\n',
    ),
  )
  writeSection('README.md', `${chart('docs/')}\n\n${describeMachine(run.machine)}`)
}

function writeSection(path: string, text: string): void {
  if (!existsSync(at(path)))
    throw new Error(`${path} is missing, which has the markers between which its tables stand`)
  writeFileSync(at(path), withSection(readFileSync(at(path), 'utf8'), 'bench/overhead', text))
}
