import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { event } from '../../../testing/collector.ts'
import { ingest, storeForTest } from '../../../testing/store.ts'
import type { EventStats, EventStatsQuery } from '../../event-stats.ts'
import { EventStepCounts } from '../event-steps.ts'
import { countOverTime } from './events-stats.ts'
import { listEvents } from './events.ts'
import { PartFiles, type ReadPart } from './part-files.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const MINUTE = 60_000

/** Notes which parts are asked. */
class WatchedFiles extends PartFiles {
  readonly asked = new Set<number>()

  override prepare(part: ReadPart, sql: string, exact = false) {
    this.asked.add(part.id)
    return super.prepare(part, sql, exact)
  }
}

test('what is counted of sealed parts is not looked at again, and is what would be found there', async () => {
  let now = NOON
  const store = await storeForTest({ partRows: 10, clock: () => now })
  for (let part = 1; part <= 5; part++) {
    const severity = part === 2 ? 'critical' : 'info'
    const events = Array.from({ length: 10 }, (_, n) =>
      event({ type: `t.${n % 3}`, severity: n === 4 ? severity : 'info' }),
    )
    await ingest(store, events, now)
    now += 20_000
  }
  const catalog = new DatabaseSync(join(store.dataDir, 'catalog.db'))
  const counted = () => catalog.prepare('SELECT count(*) AS n FROM part_event_counts').get()!['n']
  await vi.waitFor(() => expect(counted()).toBe(4), 15_000)

  const files = new WatchedFiles(store.dataDir)
  const asking = <Of>(ask: () => Of): { answer: Of; asked: number[] } => {
    files.asked.clear()
    return { answer: ask(), asked: [...files.asked].toSorted() }
  }
  const stats = (query: Partial<EventStatsQuery>) =>
    asking(() => countOverTime(files, { time: 'received', step: MINUTE, ...query }))
  const all = stats({ since: NOON, until: now })
  expect(all.asked).toEqual([5])
  expect(all.answer).toEqual<EventStats>({
    total: 50,
    bySource: { shop: 50 },
    byType: { 't.0': 20, 't.1': 15, 't.2': 15 },
    bySeverity: { info: 49, critical: 1 },
    buckets: [
      { start: NOON, bySeverity: { info: 29, critical: 1 } },
      { start: NOON + MINUTE, bySeverity: { info: 20 } },
    ],
    countedSince: null,
    next: null,
  })
  // The first part begins before the range, steps of a second are too short, and counts do not tell of instances.
  expect(stats({ since: NOON + 1, until: now })).toMatchObject({ asked: [5], answer: { total: 40 } })
  expect(stats({ since: NOON, until: now, step: 1000 })).toMatchObject({
    asked: [1, 2, 3, 4, 5],
    answer: { total: 50 },
  })
  expect(stats({ since: NOON, instance: 'x' })).toMatchObject({
    asked: [1, 2, 3, 4, 5],
    answer: { total: 0 },
  })
  // Where the time is up after the newest, nothing older is counted, and the rest makes it whole.
  const cut = stats({ since: NOON, until: now, scanMs: 0 }).answer
  expect(cut.total).toBeLessThanOrEqual(50)
  const rest = cut.next === null ? 0 : stats({ since: NOON, until: now, cursor: cut.next }).answer.total
  expect(cut.total + rest).toBe(50)

  const list = (filter: object) =>
    asking(() => listEvents(files, { order: 'desc', limit: 50, ...filter }).events.length)
  expect(list({ minSeverity: 'critical' })).toEqual({ answer: 1, asked: [2, 5] })
  expect(list({ types: ['u.*'] })).toEqual({ answer: 0, asked: [5] })
  expect(list({ types: ['t.1', 'u.*'] })).toEqual({ answer: 15, asked: [1, 2, 3, 4, 5] })

  // Counted by an older collector: the parts are looked at, as they have no steps.
  catalog.exec('UPDATE part_event_counts SET steps = NULL')
  catalog.close()
  files.end()
  const older = new WatchedFiles(store.dataDir)
  expect(countOverTime(older, { time: 'received', step: MINUTE, since: NOON, until: now })).toEqual(
    all.answer,
  )
  expect([...older.asked].toSorted()).toEqual([1, 2, 3, 4, 5])
  older.end()
})

test('steps that are too many become longer ones, and lose nothing', () => {
  const counts = new EventStepCounts()
  for (let n = 0; n < 20_000; n++) counts.add(NOON + n * 5000, n % 10 === 0 ? 'error' : 'info')
  const { ms, counts: steps } = counts.result()
  expect(ms).toBe(600_000)
  expect(steps.reduce((sum, [, , n]) => sum + n, 0)).toBe(20_000)
  expect(steps.filter(([step]) => step === NOON / ms)).toEqual([
    [NOON / ms, 'error', 12],
    [NOON / ms, 'info', 108],
  ])
})
