import type { Account, Result } from './account.ts'
import { figuresOf, readable } from './figures.ts'
import { SCENARIOS } from './scenarios.ts'

export const HEAD: readonly string[] = [
  'side',
  'scenario',
  'kills',
  'generated',
  'stored',
  'dropped',
  'missing',
]
/** The columns of `HEAD` that hold numbers. */
export const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4, 6])

/** What the accounts of one side come to. */
export type Sum = Required<Omit<Account, 'scenario' | 'measured'>>

/** The figures of all scenarios as one table, with a sum for each side; then the defects that were found out. */
export function table(results: readonly Result[]): string {
  const found = results.filter((result) => 'by' in result).map(figuresOf)
  return [...aligned([[...HEAD], ...rows(results)]), ...found].join('\n')
}

/** A row of cells for each account, those of a side together, with a sum behind them. */
export function rows(results: readonly Result[]): string[][] {
  const accounts = results.filter((result) => 'side' in result)
  const sides = (['client', 'collector'] as const).map((side) =>
    accounts.filter((each) => each.side === side),
  )
  return sides.flatMap((of) =>
    of.length === 0
      ? []
      : [...of.map((each) => cells(SCENARIOS[each.scenario], each)), cells('all of these', sum(of))],
  )
}

export function sum(accounts: readonly Account[]): Sum {
  const all: Sum = { side: accounts[0]!.side, kills: 0, generated: 0, stored: 0, dropped: {}, missing: 0 }
  for (const { kills = 0, generated, stored, dropped = {}, missing } of accounts) {
    all.kills += kills
    all.generated += generated
    all.stored += stored
    all.missing += missing
    for (const [reason, count] of Object.entries(dropped)) {
      all.dropped[reason] = (all.dropped[reason] ?? 0) + count
    }
  }
  return all
}

function cells(
  name: string,
  { side, kills, generated, stored, dropped = {}, missing }: Omit<Account, 'scenario'>,
): string[] {
  const lost = Object.entries(dropped).filter(([, count]) => count > 0)
  const reasons = lost.map(([reason, count]) => `${reason} ${readable(count)}`).join(', ')
  return [
    side,
    name,
    kills ? readable(kills) : '',
    ...[generated, stored].map(readable),
    reasons,
    readable(missing),
  ]
}

function aligned(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        NUMBERS.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
}
