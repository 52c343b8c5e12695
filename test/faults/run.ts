// node test/faults/run.ts [file…]: the fault suites in their long form, with one seed; then one table of what they measured.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SEED } from './chance.ts'
import type { Account, Found } from './account.ts'
import { table } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'hubline-faults-'))
const results = join(folder, 'results')
try {
  const given = process.argv.slice(2)
  const suites = given.length > 0 ? given : ['test/faults']
  // One file after the other: each has the machine for itself, and its figures are its own.
  const { status } = spawnSync(
    'vitest',
    ['run', ...suites, '--no-file-parallelism', '--testTimeout', '1800000'],
    {
      stdio: 'inherit',
      env: { FAULTS: 'full', ...process.env, FAULTS_SEED: String(SEED), FAULTS_RESULTS: results },
      shell: process.platform === 'win32',
    },
  )
  const lines = readFileSync(results, 'utf8').trim().split('\n')
  console.log(`${table(lines.map((line) => JSON.parse(line) as Account | Found))}\nseed ${SEED}`)
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
