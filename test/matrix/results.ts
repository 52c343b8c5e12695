import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Coverage } from '@hubline/core'
import { REPOSITORY } from '../packaging/places.ts'
import { run } from '../packaging/run.ts'
import type { Cell } from './cells.ts'
import type { NodeProgram } from './nodes.ts'

/** What became of one case of the contract. */
export interface CaseResult {
  /** The adapter's name. */
  adapter: string
  /** What it is about: a request, an error. */
  group: string
  name: string
  /** Why the framework cannot have it; absent when it passed. */
  reason?: string
  /** In the case that asks for it. */
  coverage?: readonly Coverage[]
}

/** A cell on one node; nothing failed. */
export interface CellResult {
  cell: Cell
  node: string
  cases: CaseResult[]
  passed: number
  skipped: number
}

interface Report {
  testResults: {
    assertionResults: {
      ancestorTitles: string[]
      title: string
      status: string
      meta?: Pick<CaseResult, 'reason' | 'coverage'>
    }[]
  }[]
}

const VITEST = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
const WITHIN_MS = 300_000

/**
 * Runs the suites of a cell in its project.
 *
 * @throws Error with what the run printed, when a test fails
 */
export async function runSuites(cell: Cell, path: string, node: NodeProgram): Promise<CellResult> {
  const file = join(path, `results-${node.version}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  await run(node.path, [VITEST, 'run', '--root', path, ...reporters], {
    cwd: path,
    env: { NO_COLOR: '1' },
    timeoutMs: WITHIN_MS,
  })
  const { testResults } = JSON.parse(await readFile(file, 'utf8')) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const cases = tests.flatMap(({ ancestorTitles, title, meta }): CaseResult[] => {
    const [adapter, group] = ancestorTitles.filter(Boolean)
    if (adapter === undefined || group === undefined || !(adapter in cell.columns)) return []
    return [{ adapter, group, name: title, ...meta }]
  })
  return { cell, node: node.version, cases, passed, skipped: tests.length - passed }
}
