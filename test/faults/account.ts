import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'
import { SEED } from './chance.ts'

/** What became of everything that one scenario made. */
export interface Account {
  side: 'client' | 'collector'
  scenario: string
  /** Processes that were ended by force. */
  kills?: number
  generated: number
  /** Of those, what is stored at the end; each counted once. */
  stored: number
  /** Of those, what was declared as lost, by reason. */
  dropped?: Record<string, number>
  missing: number
}

/** A defect that was put in, and what gave it away. */
export interface Found {
  mutant: string
  by: string
}

/** Where the runner collects what each scenario measured, a line of JSON each; unset under `npm test`. */
const RESULTS = process.env['FAULTS_RESULTS']

/**
 * Prints what became of everything, with further `details`, and keeps it for the table at the end.
 *
 * @throws AssertionError when the parts do not add up to what was generated, or when anything is missing
 */
export function account(result: Account, details: Record<string, unknown> = {}): void {
  const { side, scenario, ...counts } = result
  figures(`${side}: ${scenario}`, { ...counts, ...details })
  keep(result)
  const { generated, stored, dropped = {}, missing } = counts
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  expect(stored + lost + missing, `${scenario}: stored, dropped and missing add up`).toBe(generated)
  expect(missing, `${scenario}: missing`).toBe(0)
}

/** Says that the suite turns red for a defect. */
export function found(result: Found): void {
  figures(`mutant: ${result.mutant}`, { found: result.by })
  keep(result)
}

/** Figures of a test, on a line of their own. */
export function figures(name: string, values: Record<string, unknown>): void {
  const words = Object.entries(values).map(([key, value]) => `${key} ${JSON.stringify(value)}`)
  console.log(`[faults] ${name}: seed ${SEED}, ${words.join(', ')}`)
}

function keep(result: Account | Found): void {
  if (RESULTS) appendFileSync(RESULTS, `${JSON.stringify(result)}\n`)
}
