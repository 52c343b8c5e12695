import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { markInSpan } from '../../../errors/mark.ts'
import { occurrence, TOLD, type Occurrence } from '../../../errors/occurrence.ts'
import type { ToldException } from '../../../otlp/exceptions.ts'
import { DAY_MS, KEPT_HOURS, type ErrorLimits } from '../../errors.ts'
import { transaction } from '../database.ts'
import { CATALOG_MIGRATIONS } from '../schema.ts'
import { ErrorLedger } from './error-ledger.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const WIDE: ErrorLimits = { groups: 10_000, groupsOfService: 10_000, newPerDay: 10_000, remembered: 10_000 }

function ledgerWith(limits: Partial<ErrorLimits> = {}) {
  const catalog = new DatabaseSync(':memory:')
  for (const sql of CATALOG_MIGRATIONS) catalog.exec(sql)
  const ledger = new ErrorLedger(catalog, { ...WIDE, ...limits })
  const all = (sql: string) =>
    catalog
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }))
  return {
    ledger,
    all,
    number: (sql: string) => Object.values(all(sql)[0]!)[0],
    add(told: ToldException[], { service = 1, at = NOW } = {}) {
      ledger.addOtlp(service, told, undefined, at)
    },
    failCommit() {
      const failing = () => {
        ledger.save()
        throw new Error('the disk is full')
      }
      expect(() => transaction(catalog, failing)).toThrow('the disk is full')
    },
    commit() {
      const counts = transaction(catalog, () => ledger.save())
      ledger.saved()
      return counts
    },
  }
}

let spans = 0

/** A throw in a span of its own. */
function thrown(facts: Partial<Occurrence> = {}): ToldException {
  const spanId = Buffer.alloc(8)
  spanId.writeUInt32BE(++spans)
  const made = occurrence({ told: TOLD.span_event, type: 'E', message: 'boom', timeMs: NOW, ...facts })
  return { mark: markInSpan(Buffer.alloc(16, 1), spanId, made), occurrence: made }
}

const kinds = (count: number, name = 'Kind') =>
  Array.from({ length: count }, (_, at) => thrown({ type: `${name}${at}` }))

test('too many new kinds of errors of a service within a day are counted together', () => {
  const { add, commit, all } = ledgerWith({ newPerDay: 3 })
  add(kinds(10))
  add(kinds(2, 'Other'), { service: 2 })
  commit()
  add(kinds(4), { at: NOW + 1000 })
  commit()
  expect(
    all(
      'SELECT service_id AS s, overflow, count(*) AS groups, sum(count) AS n FROM error_groups GROUP BY 1, 2',
    ),
  ).toEqual([
    { s: 1, overflow: 0, groups: 3, n: 6 },
    { s: 1, overflow: 1, groups: 1, n: 8 },
    { s: 2, overflow: 0, groups: 2, n: 2 },
  ])
  expect(all('SELECT type, message FROM error_groups WHERE overflow = 1')).toMatchObject([
    { type: '(other)', message: expect.stringContaining('more than 3 new kinds of errors') },
  ])
  add(kinds(4), { at: NOW + DAY_MS + 2000 })
  commit()
  expect(all('SELECT count(*) AS n FROM error_groups WHERE overflow = 0 AND service_id = 1')).toEqual([
    { n: 4 },
  ])
})

test('of too many groups of a service its own that was idle longest is given up, with all that was kept of it', () => {
  const { add, commit, all, number } = ledgerWith({ groupsOfService: 2 })
  add([thrown({ type: 'Other', timeMs: NOW - 5000 })], { service: 2 })
  add([thrown({ type: 'A', timeMs: NOW - 3000 })])
  add([thrown({ type: 'B', timeMs: NOW - 2000 })])
  commit()
  add([thrown({ type: 'C', timeMs: NOW - 1000 })])
  commit()
  expect(all('SELECT type FROM error_groups ORDER BY type').map(({ type }) => type)).toEqual([
    'B',
    'C',
    'Other',
  ])
  for (const table of [
    'error_hours',
    'error_days',
    'error_occurrences',
    'error_examples',
    'error_fingerprints',
  ]) {
    expect(number(`SELECT count(*) FROM ${table}`), table).toBe(3)
  }
  expect(number("SELECT seq FROM watermarks WHERE signal = 'error_groups_evicted'")).toBe(1)
})

test('of too many groups in all the one that was idle longest is given up, but none that just came', () => {
  const { add, commit, all } = ledgerWith({ groups: 3 })
  add([thrown({ type: 'Old', timeMs: NOW - 9000 })], { service: 2 })
  commit()
  add([thrown({ type: 'Old', timeMs: NOW })], { service: 2 })
  add(kinds(2))
  add([thrown({ type: 'Idle', timeMs: NOW - 10 })], { service: 3 })
  commit()
  expect(all('SELECT type FROM error_groups ORDER BY id').map(({ type }) => type)).toContain('Old')
  add([thrown({ type: 'New', timeMs: NOW + 1 })], { service: 3 })
  commit()
  const left = all('SELECT type FROM error_groups ORDER BY id').map(({ type }) => type)
  expect(left).toContain('New')
  expect(left).not.toContain('Idle')
})

test('a storm keeps a bounded number of occurrences and values, the newest, and counts them all', () => {
  const { add, commit, number, all } = ledgerWith()
  add(
    Array.from({ length: 1000 }, (_, at) =>
      thrown({ timeMs: NOW - 1000 + at, user: `u${at}`, route: `/${at % 60}` }),
    ),
  )
  expect(commit()).toEqual(new Map([[1, 1000]]))
  expect(number('SELECT count FROM error_groups')).toBe(1000)
  expect(all('SELECT count(*) AS n, min(time_ms) AS first FROM error_occurrences')).toEqual([
    { n: 50, first: NOW - 50 },
  ])
  expect(all('SELECT kind, count(*) AS n FROM error_facets GROUP BY kind ORDER BY kind')).toEqual([
    { kind: 'route', n: 50 },
    { kind: 'user', n: 50 },
  ])
  expect(number('SELECT time_ms FROM error_examples')).toBe(NOW - 1)
})

test('what a commit could not save is saved by the next, once', () => {
  const { add, commit, failCommit, number } = ledgerWith()
  add([thrown(), thrown()])
  failCommit()
  expect(number('SELECT count(*) FROM error_groups')).toBe(0)
  add([thrown()])
  commit()
  expect(number('SELECT count FROM error_groups')).toBe(3)
})

test('counts by the hour and by the day are forgotten when they are old', () => {
  const { add, commit, ledger, number } = ledgerWith()
  add([
    thrown({ timeMs: NOW - (KEPT_HOURS + 2) * 3_600_000 }),
    thrown({ timeMs: NOW - 500 * DAY_MS }),
    thrown(),
  ])
  commit()
  ledger.prune(NOW)
  expect(number('SELECT count(*) FROM error_hours')).toBe(1)
  expect(number('SELECT count(*) FROM error_days')).toBe(2)
  expect(number('SELECT count FROM error_groups')).toBe(3)
})

test('a clock that is ahead tells of no future', () => {
  const { add, commit, number } = ledgerWith()
  add([thrown({ timeMs: NOW + DAY_MS })])
  commit()
  expect(number('SELECT last_ms FROM error_groups')).toBe(NOW)
})
