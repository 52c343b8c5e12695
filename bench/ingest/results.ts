import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withSection } from '../report/document.ts'
import type { Machine } from '../report/machine.ts'
import type { Growth } from './growth/measure.ts'
import type { CasesRun } from './measure-cases.ts'
import type { SendersRun } from './measure-senders.ts'
import { describeIngest } from './report.ts'

/** Each part with the machine and day of its last whole run. */
export interface IngestResults {
  cases?: CasesRun & { machine: Machine }
  senders?: SendersRun & { machine: Machine }
  growth?: Growth & { machine: Machine }
}

const at = (path: string) => fileURLToPath(new URL(path, new URL('../../', import.meta.url)))
const RESULTS = at('bench/results/ingest.json')

/** Keeps what was measured beside the parts that were not, and writes the tables from what is kept. */
export function writeResults(measured: IngestResults): void {
  const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as IngestResults) : {}
  const kept = { ...before, ...measured }
  mkdirSync(at('bench/results'), { recursive: true })
  writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`)
  const page = at('docs/performance.md')
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), 'bench/ingest', describeIngest(kept)))
}
