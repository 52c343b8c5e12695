import type { Account, Found } from './account.ts'

const HEAD = ['side', 'scenario', 'kills', 'generated', 'stored', 'dropped', 'missing']
const NUMBERS = new Set([2, 3, 4, 6])

/** The figures of all scenarios as one table, with a sum for each side; then the defects that were found out. */
export function table(results: readonly (Account | Found)[]): string {
  const accounts = results.filter((result) => 'side' in result)
  const mutants = results.filter((result) => 'mutant' in result)
  const sides = (['client', 'collector'] as const).map((side) =>
    accounts.filter((each) => each.side === side),
  )
  const rows = sides.flatMap((of) => (of.length === 0 ? [] : [...of, sum(of)])).map(cells)
  const found = mutants.map(({ mutant, by }) => `found out: ${mutant} (${by})`)
  return [...aligned([HEAD, ...rows]), ...found].join('\n')
}

function sum(accounts: readonly Account[]): Account {
  const all: Required<Account> = {
    side: accounts[0]!.side,
    scenario: 'all of these',
    kills: 0,
    generated: 0,
    stored: 0,
    dropped: {},
    missing: 0,
  }
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

function cells({ side, scenario, kills, generated, stored, dropped = {}, missing }: Account): string[] {
  const lost = Object.entries(dropped).filter(([, count]) => count > 0)
  const reasons = lost.map(([reason, count]) => `${reason} ${count}`).join(', ')
  return [
    side,
    scenario,
    kills ? String(kills) : '',
    ...[generated, stored].map(String),
    reasons,
    String(missing),
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
