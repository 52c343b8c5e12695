import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { storeForTest } from '../../../testing/store.ts'
import type { Store } from '../../store.ts'
import type { AttributeMatch, TraceStatsQuery } from '../../traces.ts'
import { CATALOG_MIGRATIONS } from '../schema.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const HOUR = 3_600_000
const PART = 9000
const TIERS = ['gold', 'silver']
/** Milliseconds; of these nobody asks for the ones in between. */
const [LONG_AGO, FAR_AHEAD] = [1, 9_000_000_000_000]

interface Made {
  n: number
  start: number
  ms: number
  failed: boolean
}

const made = (n: number): Made => {
  // They come in some order, not that of their starts; and a clock may be wrong.
  const start =
    n % 2000 === 7 ? LONG_AGO : n % 2000 === 8 ? FAR_AHEAD : NOON + n * 170 + ((n * 7919) % 20_000)
  return { n, start, ms: (n * 31) % 5000, failed: n % 10 === 3 }
}

const any = (n: number): object =>
  [
    { intValue: '9007199254740993' },
    { doubleValue: 'NaN' },
    { doubleValue: -0 },
    { arrayValue: { values: [{ stringValue: `a${n % 900}` }, { intValue: '7' }] } },
    { bytesValue: Buffer.from(`b${n % 900}`).toString('base64') },
    { boolValue: n % 2 === 0 },
    { doubleValue: 1e300 },
    {},
  ][n % 8]!

async function send(store: Store, spans: readonly Made[], receivedAt = NOON): Promise<void> {
  const resourceSpans = TIERS.map((tier, index) => ({
    resource: {
      attributes: [
        { key: 'service.name', value: { stringValue: 'shop' } },
        { key: 'tier', value: { stringValue: tier } },
      ],
    },
    scopeSpans: [{ spans: spans.filter(({ n }) => n % TIERS.length === index).map(toSpan) }],
  }))
  const body = new TextEncoder().encode(JSON.stringify({ resourceSpans }))
  const job = { signal: 'traces', encoding: 'json', body, source: null, receivedAt } as const
  expect(await store.ingestOtlp(job)).toMatchObject({ kind: 'stored', rejected: 0 })
}

const toSpan = ({ n, start, ms, failed }: Made) => ({
  traceId: (n + 1).toString(16).padStart(32, '0'),
  spanId: (n + 1).toString(16).padStart(16, '0'),
  name: 'work',
  startTimeUnixNano: `${start}000000`,
  endTimeUnixNano: `${start + ms}000000`,
  attributes: [
    { key: 'user', value: { stringValue: `u${n % 3000}` } },
    { key: 'n', value: { intValue: String(n % 3000) } },
    { key: 'odd', value: any(n) },
  ],
  status: { code: failed ? 2 : 0 },
})

const asked = fc.record({
  since: fc.oneof(fc.integer({ min: NOON, max: NOON + HOUR }), fc.constant(0)),
  length: fc.oneof(fc.integer({ min: 1, max: HOUR }), fc.constant(FAR_AHEAD + HOUR)),
  buckets: fc.integer({ min: 1, max: 300 }),
})

/** What is counted is what a look at every span finds. */
async function expectCounts(store: Store, spans: readonly Made[]): Promise<void> {
  await fc.assert(
    fc.asyncProperty(asked, async ({ since, length, buckets }) => {
      const query: TraceStatsQuery = { since, until: since + length, buckets, scanMs: 5000 }
      const { step_s, searchedUntil, ...found } = await store.traceStats(query)
      const failures = await store.traceStats({ ...query, status: 'error' })
      const own = spans.filter(({ start }) => start >= since && start < query.until)
      expect(searchedUntil).toBeNull()
      expect([found.count, found.errors]).toEqual([own.length, own.filter(({ failed }) => failed).length])
      expect(failures.buckets.map(({ count }) => count)).toEqual(found.buckets.map(({ errors }) => errors))
      const steps = Map.groupBy(own, ({ start }) => Math.floor(start / step_s / 1000) * step_s * 1000)
      for (const { at, count, errors, durations } of found.buckets) {
        const ofStep = steps.get(Date.parse(at)) ?? []
        expect([at, count, errors]).toEqual([at, ofStep.length, ofStep.filter(({ failed }) => failed).length])
        expect(durations.reduce((sum, each) => sum + each.count, 0)).toBe(count)
      }
    }),
    { numRuns: 5 },
  )
}

const odd = (n: number, of: number, value: string) => n % 8 === of && value
const ATTRIBUTES: [AttributeMatch, (n: number) => unknown][] = [
  [{ key: 'user', values: ['u17'] }, (n) => n % 3000 === 17],
  [{ key: 'n', values: [17, '17'] }, (n) => n % 3000 === 17],
  [{ key: 'n', values: ['17'] }, () => false],
  [{ key: 'user', values: ['u3000'] }, () => false],
  [{ key: 'odd', values: ['a11'] }, (n) => odd(n, 3, 'a') && n % 900 === 11],
  [{ key: 'odd', values: [Buffer.from('b12').toString('base64')] }, (n) => odd(n, 4, 'b') && n % 900 === 12],
  [{ key: 'tier', values: ['bronze'] }, () => false],
]
/** Of these there are more than a page has. */
const FREQUENT: [AttributeMatch, (n: number) => unknown][] = [
  [{ key: 'odd', values: [9007199254740992, '9007199254740993'] }, (n) => n % 8 === 0],
  [{ key: 'odd', values: ['NaN'] }, (n) => n % 8 === 1],
  [{ key: 'odd', values: [0] }, (n) => n % 8 === 2],
  [{ key: 'odd', values: [7] }, (n) => n % 8 === 3],
  [{ key: 'odd', values: [true, 'true'] }, () => false],
  [{ key: 'odd', values: [false] }, (n) => n % 8 === 5],
  [{ key: 'odd', values: [1e300] }, (n) => n % 8 === 6],
  [{ key: 'tier', values: ['gold'] }, (n) => n % 2 === 0],
]

/** What is found by attributes is what a look at every span finds. */
async function expectFound(store: Store, spans: readonly Made[], frequent: boolean): Promise<void> {
  const range = { since: NOON, until: NOON + HOUR, scanMs: 5000 }
  const within = spans.filter(({ start }) => start >= range.since && start < range.until)
  for (const [match, isLike] of ATTRIBUTES) {
    for (const order of ['newest', 'longest'] as const) {
      const page = await store.traces({ ...range, order, limit: 200, attributes: [match] })
      const found = page.traces.map(({ trace_id }) => Number.parseInt(trace_id, 16) - 1)
      const wanted = new Set(within.filter(({ n }) => isLike(n)).map(({ n }) => n))
      expect([match, new Set(found)]).toEqual([match, wanted])
    }
  }
  for (const [match, isLike] of frequent ? [...ATTRIBUTES, ...FREQUENT] : []) {
    const { count } = await store.traceStats({ ...range, buckets: 60, attributes: [match] })
    expect([match, count]).toEqual([match, within.filter(({ n }) => isLike(n)).length])
  }
  const both = await store.traces({
    ...range,
    order: 'newest',
    limit: 9,
    attributes: [ATTRIBUTES[0]![0], FREQUENT[7]![0]],
  })
  expect(both.traces).toEqual([])
}

function known(dataDir: string): { counted: number; blocks: number[] } {
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'), { readOnly: true })
  const counted = catalog.prepare("SELECT seq FROM watermarks WHERE signal = 'counted_spans'").get()?.['seq']
  catalog.close()
  const parts = readdirSync(join(dataDir, 'spans')).filter((name) => name.endsWith('.db'))
  const blocks = parts.toSorted().map((name) => {
    const part = new DatabaseSync(join(dataDir, 'spans', name), { readOnly: true })
    const rows = part.prepare('SELECT count(*) AS n FROM span_blocks').get()!['n'] as number
    part.close()
    return rows
  })
  return { counted: Number(counted ?? 0), blocks }
}

async function expectAll(store: Store, spans: readonly Made[], frequent = false): Promise<void> {
  await expectCounts(store, spans)
  await expectFound(store, spans, frequent)
}

test('what is known of blocks and steps finds and counts what a look at every span does', async () => {
  let now = NOON
  const options = { partRows: PART, clock: () => now, retentionPace: 1e9 }
  let store = await storeForTest(options)
  const { dataDir } = store
  const all = Array.from({ length: 14_000 }, (_, n) => made(n))
  const untilKnown = (counted: number, blocks: number[]) =>
    vi.waitFor(() => expect(known(dataDir)).toEqual({ counted, blocks }), 15_000)

  // The open part as it grows: some is known, some not.
  await send(store, all.slice(0, 8500))
  await untilKnown(5000, [16])
  await expectAll(store, all.slice(0, 8500))
  // A few come twice: twice they are there as long as the part is open, once when it is sealed, known or not.
  await send(store, [...all.slice(8500, 10_000), ...all.slice(100, 110)])
  await untilKnown(10_000, [16])
  await expectAll(store, [...all.slice(0, 10_000), ...all.slice(100, 110)])
  await send(store, all.slice(10_000, 10_500))
  await expectAll(store, all.slice(0, 10_500))
  await untilKnown(10_010, [20, 0])
  await expectAll(store, all.slice(0, 10_500), true)

  // A restart in the midst.
  await send(store, all.slice(10_500, 13_500))
  await store.close()
  store = await storeForTest({ ...options, dataDir })
  await send(store, all.slice(13_500))
  await expectAll(store, all)
  await store.close()

  // What an older collector left: a part without blocks, and counts of sealed parts alone.
  for (const name of ['1.db', '2.db']) {
    const part = new DatabaseSync(join(dataDir, 'spans', name))
    part.exec('DROP TABLE span_blocks; PRAGMA user_version = 1')
    part.close()
  }
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'))
  catalog.exec(`DELETE FROM watermarks WHERE signal IN ('counted_spans', 'span_blocks');
    DELETE FROM part_span_counts WHERE part = 2;
    ${CATALOG_MIGRATIONS.find((migration) => migration.includes('counted_spans'))}`)
  catalog.close()
  store = await storeForTest({ ...options, dataDir })
  await expectAll(store, all)
  await untilKnown(10_010, [20, 0])
  await expectAll(store, all)

  // The power was lost, and with it spans that the catalog has counted.
  await send(
    store,
    Array.from({ length: 3000 }, (_, n) => made(30_000 + n)),
  )
  await vi.waitFor(() => expect(known(dataDir).counted).toBe(15_010), 15_000)
  await store.close()
  const part = new DatabaseSync(join(dataDir, 'spans', '2.db'))
  part.exec('DELETE FROM spans WHERE seq > 14010; DELETE FROM span_blocks WHERE last > 14010')
  part.close()
  store = await storeForTest({ ...options, dataDir })
  await expectCounts(store, all)

  // What is given up is gone from both.
  now += 30 * 24 * HOUR
  await send(store, [made(20_000)], now)
  await vi.waitFor(() => expect(readdirSync(join(dataDir, 'spans'))).not.toContain('1.db'))
  await expectAll(store, [...all.slice(10_000), made(20_000)])
})
