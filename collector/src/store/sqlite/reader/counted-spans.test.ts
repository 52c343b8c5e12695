import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { exportOf, type SpanInput } from '../../../testing/spans.ts'
import { storeForTest } from '../../../testing/store.ts'
import type { TraceStatsQuery } from '../../traces.ts'
import { PartFiles, type ReadPart } from './part-files.ts'
import { readTraceStats } from './traces-stats.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const [MINUTE, HOUR] = [60_000, 3_600_000]

/** Notes which parts are asked. */
class WatchedFiles extends PartFiles {
  readonly asked = new Set<number>()

  override prepare(part: ReadPart, sql: string, exact = false) {
    this.asked.add(part.id)
    return super.prepare(part, sql, exact)
  }
}

test('the spans of sealed parts are counted once, and their counts go with them', async () => {
  let now = NOON + HOUR
  const store = await storeForTest({ partRows: 10, clock: () => now, retentionPace: 1e9 })
  const add = async (...spans: SpanInput[]) => {
    const body = new TextEncoder().encode(JSON.stringify(exportOf(...spans)))
    await store.ingestOtlp({ signal: 'traces', encoding: 'json', body, source: null, receivedAt: now })
  }
  for (let part = 0; part < 5; part++) {
    const spans = Array.from({ length: 10 }, (_, n): SpanInput => {
      const id = part * 10 + n + 1
      const status = id % 7 === 0 ? 'error' : 'ok'
      return { service: 'shop', id, trace: id, start: NOON + id * MINUTE, ms: id * id, status }
    })
    // One came twice, and is one when its part is sealed.
    await add(...spans, spans[0]!)
  }
  const catalog = new DatabaseSync(join(store.dataDir, 'catalog.db'))
  const counted = () => catalog.prepare('SELECT count(DISTINCT part) AS n FROM part_span_counts').get()!['n']
  await vi.waitFor(() => expect(counted()).toBe(4), 15_000)

  const stats = (query: Partial<TraceStatsQuery> = {}) => {
    const files = new WatchedFiles(store.dataDir)
    const range = { since: NOON, until: NOON + HOUR, buckets: 30, scanMs: 1000 }
    const answer = readTraceStats(files, { ...range, ...query })
    files.end()
    return { answer, asked: [...files.asked].toSorted() }
  }
  const whole = stats()
  expect(whole.asked).toEqual([5])
  expect(whole.answer).toMatchObject({ step_s: 120, errors: 7, searchedUntil: null })
  const [first, second] = whole.answer.buckets
  expect([first, second]).toMatchObject([
    { at: new Date(NOON).toISOString(), count: 1 },
    {
      at: new Date(NOON + 2 * MINUTE).toISOString(),
      count: 2,
      durations: [{ le_ms: 4.096 }, { le_ms: 16.384 }],
    },
  ])
  // Not all of the first part, a range that cuts a step, steps that are shorter than the counts, and what they do not tell of.
  const later = stats({ since: NOON + 2 * MINUTE, buckets: 29 })
  expect([later.asked, later.answer.count]).toEqual([[5], whole.answer.count - 1])
  const cut = stats({ since: NOON + MINUTE + 1 })
  expect([cut.asked, cut.answer.count]).toEqual([[1, 5], whole.answer.count - 1])
  expect(stats({ buckets: 50 }).answer.step_s).toBe(80)
  expect(stats({ buckets: 3599 }).asked).toEqual([1, 2, 3, 4, 5])
  const failed = stats({ status: 'error' })
  expect([failed.asked, failed.answer.count]).toEqual([[5], 7])
  const ok = stats({ status: 'ok' })
  expect([ok.asked, ok.answer.count]).toEqual([[1, 2, 3, 4, 5], whole.answer.count - 7])

  catalog.exec('CREATE TABLE kept AS SELECT * FROM part_span_counts; DELETE FROM part_span_counts')
  expect(stats()).toEqual({ answer: whole.answer, asked: [1, 2, 3, 4, 5] })
  catalog.exec('INSERT INTO part_span_counts SELECT * FROM kept; DROP TABLE kept')

  now += 30 * 24 * HOUR
  await add({ service: 'shop', id: 99, trace: 99, start: now })
  expect(stats({ since: now - HOUR, until: now + HOUR }).answer.count).toBe(1)
  expect(catalog.prepare('SELECT count(*) AS n FROM part_span_counts WHERE part <= 4').get()).toEqual({
    n: 0,
  })
  catalog.close()
})
