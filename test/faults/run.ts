// node test/faults/run.ts [file…]: the fault suites in their long form, with one seed; then one table of what they measured.
// When all suites ran and passed, their figures are written into the documents.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY } from '../packaging/places.ts'
import type { Result } from './account.ts'
import { SEED } from './chance.ts'
import { absent, written } from './document.ts'
import { SCENARIOS } from './scenarios.ts'
import { table } from './table.ts'

const DOCUMENTS = ['docs/delivery.md', 'docs/collector.md']

const folder = mkdtempSync(join(tmpdir(), 'hubline-faults-'))
const collected = join(folder, 'results')
writeFileSync(collected, '')
try {
  const given = process.argv.slice(2)
  const suites = given.length > 0 ? given : ['test/faults']
  // One file after the other: each has the machine for itself, and its figures are its own.
  const { status } = spawnSync(
    'vitest',
    ['run', ...suites, '--no-file-parallelism', '--testTimeout', '1800000'],
    {
      stdio: 'inherit',
      env: { ...process.env, FAULTS: 'full', FAULTS_SEED: String(SEED), FAULTS_RESULTS: collected },
      shell: process.platform === 'win32',
    },
  )
  const lines = readFileSync(collected, 'utf8').split('\n').filter(Boolean)
  const order = Object.keys(SCENARIOS)
  const results = lines
    .map((line) => JSON.parse(line) as Result)
    .toSorted((a, b) => order.indexOf(a.scenario) - order.indexOf(b.scenario))
  console.log(`${table(results)}\nseed ${SEED}`)
  process.exitCode = status ?? 1
  const reason = whyNot(status, given, results)
  if (reason === undefined) record(results)
  else console.log(`${DOCUMENTS.join(' and ')} stay as they are: ${reason}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Why the figures are not those of the documents; undefined when they are. */
function whyNot(
  status: number | null,
  given: readonly string[],
  results: readonly Result[],
): string | undefined {
  if (status !== 0) return 'the run failed'
  if (given.length > 0) return 'only a run of all suites is written down'
  const without = absent(results)
  return without.length > 0 ? `no figures of ${without.join(', ')}` : undefined
}

function record(results: readonly Result[]): void {
  const texts = DOCUMENTS.map((name) => {
    const path = join(REPOSITORY, name)
    return { path, text: written(readFileSync(path, 'utf8'), { seed: SEED, results }) }
  })
  for (const { path, text } of texts) writeFileSync(path, text)
  console.log(`${DOCUMENTS.join(' and ')} say what this run measured`)
}
