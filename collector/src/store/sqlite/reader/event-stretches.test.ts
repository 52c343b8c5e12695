import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { event } from '../../../testing/collector.ts'
import { ingest, storeForTest } from '../../../testing/store.ts'
import type { EventStats } from '../../event-stats.ts'
import type { Store } from '../../store.ts'
import { cursorToUlid } from '../cursor.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const SECOND = 1000
const PART = 9000
const BATCH = 500
/** Milliseconds from one batch to the next. */
const PACE = 17_300

interface Made {
  type: string
  source: string
  severity: string
  at: number
}

let ids = 0n

/** Sends the events of a moment, some of them with an id of an earlier time. @returns what was sent. */
async function send(store: Store, at: number, late = 0): Promise<Made[]> {
  const made = Array.from({ length: BATCH }, (_, n) => ({
    type: `t.${n % 7}`,
    source: `s${n % 3}`,
    severity: n % 50 === 0 ? 'error' : 'info',
    at,
  }))
  const events = made.map(({ type, source, severity }, n) => {
    const id = cursorToUlid((BigInt(n < late ? NOON : at) << 15n) | (ids++ % 32_768n))
    return event({ id, type, source, severity, occurred_at: new Date(at).toISOString() })
  })
  expect(await ingest(store, events, at)).toMatchObject({ kind: 'batch' })
  return made
}

const asked = fc.record({
  since: fc.integer({ min: NOON - PACE, max: NOON + 40 * PACE }),
  length: fc.integer({ min: 1, max: 60 * PACE }),
  step: fc.constantFrom(1, 7, 10, 30, 60, 600).map((seconds) => seconds * SECOND),
  scanMs: fc.constantFrom(0, 5000),
})

const countedBy = (events: readonly Made[], key: 'type' | 'source' | 'severity') => {
  const groups = Map.groupBy(events, (each) => each[key])
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]))
}

/** What is counted is what a look at every event finds, also where an answer ends before it is through and is gone on with. */
async function expectCounts(store: Store, events: readonly Made[]): Promise<void> {
  await fc.assert(
    fc.asyncProperty(asked, async ({ since, length, step, scanMs }) => {
      const until = since + length
      const own = events.filter(({ at }) => at >= since && at < until)
      const answers: EventStats[] = []
      for (let cursor: string | null | undefined; cursor !== null; cursor = answers.at(-1)!.next) {
        const range = { since, until, ...(cursor !== undefined && { cursor }) }
        answers.push(
          await store.eventStats({ ...range, time: 'received', step, scanMs: cursor ? 5000 : scanMs }),
        )
      }
      const sum = (pick: (stats: EventStats) => Record<string, number>) => {
        const all: Record<string, number> = {}
        for (const answer of answers)
          for (const [name, n] of Object.entries(pick(answer))) all[name] = (all[name] ?? 0) + n
        return all
      }
      expect(sum(({ total }) => (total > 0 ? { total } : {}))).toEqual(
        own.length > 0 ? { total: own.length } : {},
      )
      expect(sum(({ bySource }) => bySource)).toEqual(countedBy(own, 'source'))
      expect(sum(({ byType }) => byType)).toEqual(countedBy(own, 'type'))
      expect(sum(({ bySeverity }) => bySeverity)).toEqual(countedBy(own, 'severity'))
      const steps = Map.groupBy(own, ({ at }) => Math.floor(at / step) * step)
      expect(
        sum(({ buckets }) =>
          Object.fromEntries(
            buckets.flatMap(({ start, bySeverity }) =>
              Object.entries(bySeverity).map(([severity, n]) => [`${start} ${severity}`, n]),
            ),
          ),
        ),
      ).toEqual(
        Object.fromEntries(
          [...steps].flatMap(([start, each]) =>
            Object.entries(countedBy(each, 'severity')).map(([severity, n]) => [`${start} ${severity}`, n]),
          ),
        ),
      )
    }),
    { numRuns: 15 },
  )
}

test('what is counted of stretches, also of the open part, is what a look at every event finds', async () => {
  let now = NOON
  const options = { partRows: PART, clock: () => now, retentionPace: 1e9 }
  let store = await storeForTest(options)
  const { dataDir } = store
  const all: Made[] = []
  const sendBatches = async (count: number, late = 0) => {
    for (let n = 0; n < count; n++, now += PACE) all.push(...(await send(store, now, late)))
  }
  const read = (sql: string) => {
    const catalog = new DatabaseSync(join(dataDir, 'catalog.db'), { readOnly: true })
    const rows = catalog.prepare(sql).all()
    catalog.close()
    return rows.map((row) => Object.values(row).join())
  }
  /** Numbers of parts, and how many stretches of each are counted. */
  const untilStretches = (...wanted: string[]) =>
    vi.waitFor(() => {
      const sql = 'SELECT part, count(*) FROM event_stretches GROUP BY part'
      expect(read(sql)).toEqual(wanted)
    }, 15_000)

  // The open part as it grows: some is counted, some not.
  await sendBatches(9)
  await untilStretches('1,1')
  await expectCounts(store, all)
  // Sealed in between, and late events go to the sealed part.
  await sendBatches(16)
  await sendBatches(3, 200)
  await untilStretches('1,3', '2,1')
  await expectCounts(store, all)

  // A restart in the midst.
  await store.close()
  store = await storeForTest({ ...options, dataDir })
  await sendBatches(20)
  await untilStretches('1,3', '2,3', '3,1')
  await expectCounts(store, all)
  expect((await store.countEvents({ types: ['t.1'] })).total).toBe(
    all.filter(({ type }) => type === 't.1').length,
  )
  await store.close()

  // What an older collector left: counts of whole sealed parts alone.
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'))
  catalog.exec('DELETE FROM event_stretches; DELETE FROM part_event_counts WHERE NOT whole')
  catalog.close()
  store = await storeForTest({ ...options, dataDir })
  await expectCounts(store, all)
  await untilStretches('3,1')
  await expectCounts(store, all)

  // The power was lost, and with it events that the catalog has counted.
  await store.close()
  const part = new DatabaseSync(join(dataDir, 'events', '3.db'))
  part.exec(
    'DELETE FROM events WHERE cursor > (SELECT cursor FROM events ORDER BY cursor LIMIT 1 OFFSET 999)',
  )
  part.close()
  all.length -= 4000
  store = await storeForTest({ ...options, dataDir })
  await expectCounts(store, all)

  // What is given up is gone from the counts.
  for (let month = 0; month < 2; month++) await send(store, (now += 30 * 86_400_000))
  await untilStretches('4,1')
})
