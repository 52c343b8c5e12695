import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'
import { SEED } from './chance.ts'
import { figuresOf } from './figures.ts'
import type { Scenario } from './scenarios.ts'

/** What became of everything that one scenario made. */
export interface Account {
  side: 'client' | 'collector'
  scenario: Scenario
  /** Processes that were ended by force. */
  kills?: number
  generated: number
  /** Of those, what is stored at the end; each counted once. */
  stored: number
  /** Of those, what was declared as lost, by reason. */
  dropped?: Record<string, number>
  missing: number
  /**
   * What else was measured. A name ends with its unit (`memory_growth_mib`, `slowest_exit_ms`) or is that of what was counted
   * (`heartbeats_heard`).
   */
  measured?: Record<string, number>
}

/** A defect that was put in, and what gave it away. */
export interface Found {
  scenario: Scenario
  by: string
}

/** What a scenario leaves behind for the table and the documents. */
export type Result = Account | Found

/** Where the runner collects what each scenario measured, a line of JSON each; unset under `npm test`. */
const RESULTS = process.env['FAULTS_RESULTS']

/**
 * Prints what became of everything, with what else was `measured`, and keeps it for the table and the documents.
 *
 * @throws AssertionError when the parts do not add up to what was generated, or when anything is missing
 */
export function account(result: Account, measured: Record<string, number> = {}): void {
  keep({ ...result, measured })
  const { scenario, generated, stored, dropped = {}, missing } = result
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  expect(stored + lost + missing, `${scenario}: stored, dropped and missing add up`).toBe(generated)
  expect(missing, `${scenario}: missing`).toBe(0)
}

/** Says that the suite turns red for a defect. */
export function found(result: Found): void {
  keep(result)
}

function keep(result: Result): void {
  console.log(`[faults] ${result.scenario}: seed ${SEED}; ${figuresOf(result)}`)
  if (RESULTS) appendFileSync(RESULTS, `${JSON.stringify(result)}\n`)
}
