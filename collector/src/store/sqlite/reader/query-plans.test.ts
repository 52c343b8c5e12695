import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { exportOf, traceId, type SpanInput } from '../../../testing/spans.ts'
import { storeForTest } from '../../../testing/store.ts'
import type { Store } from '../../store.ts'
import type { TraceSearch } from '../../traces.ts'
import { OpenTraces, openTracesMemory } from '../open-traces.ts'
import { PartFiles, type ReadPart } from './part-files.ts'
import { readServiceMap } from './service-map.ts'
import { TraceParts } from './trace-parts.ts'
import { searchTraces } from './traces.ts'

const NOW = Date.now()

/** Explains what is asked of parts instead of only answering it. */
class ExplainedFiles extends PartFiles {
  readonly plans: string[] = []

  override prepare(part: ReadPart, sql: string, exact = false) {
    const steps = super.prepare(part, `EXPLAIN QUERY PLAN ${sql}`).all()
    this.plans.push(steps.map((step) => step['detail']).join(', '))
    return super.prepare(part, sql, exact)
  }
}

async function add(store: Store, ...spans: SpanInput[]): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify(exportOf(...spans)))
  await store.ingestOtlp({ signal: 'traces', encoding: 'json', body, source: null, receivedAt: NOW })
}

/** Each span is a trace; every fourth is slow, every fifth failed. */
const made = Array.from({ length: 40 }, (_, n): SpanInput => {
  const ms = n % 4 === 0 ? 300 + n : n
  return {
    service: 'shop',
    id: n + 1,
    trace: n + 1,
    start: NOW - 100,
    ms,
    status: n % 5 === 0 ? 'error' : 'ok',
  }
})

test('slow, long and failed spans of sealed parts are found by an index of them alone', async () => {
  const store = await storeForTest({ partRows: 10 })
  for (let at = 0; at < made.length; at += 10) await add(store, ...made.slice(at, at + 10))
  // One more, so that all the others are in sealed parts.
  await add(store, { service: 'shop', id: 99, trace: 99, start: NOW - 90_000_000, ms: 1 })
  const files = new ExplainedFiles(store.dataDir)
  const parts = new TraceParts(files, openTracesMemory())
  const search = (filter: Partial<TraceSearch>) => {
    files.plans.length = 0
    const query: TraceSearch = { order: 'newest', limit: 100, scanMs: 1000, since: NOW - 1000, ...filter }
    const found = searchTraces(files, parts, query).traces.map(({ trace_id }) =>
      Number.parseInt(trace_id, 16),
    )
    return {
      found,
      plans: new Set(files.plans.filter((plan) => /TEMP B-TREE|spans_slow|spans_failed/.test(plan))),
    }
  }
  const slow = search({ minMs: 290 })
  expect(slow.found.toSorted((a, b) => a - b)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37])
  expect([...slow.plans]).toEqual([
    'SEARCH spans USING COVERING INDEX spans_slow (<expr>>?), USE TEMP B-TREE FOR ORDER BY',
  ])
  const failed = search({ status: 'error' })
  expect(failed.found.toSorted((a, b) => a - b)).toEqual([1, 6, 11, 16, 21, 26, 31, 36])
  expect([...failed.plans]).toEqual(['SEARCH spans USING INDEX spans_failed (seq<?)'])
  // Two of each part are slow: those below are not looked at.
  const longest = search({ order: 'longest', limit: 2 })
  expect(longest.found).toEqual([37, 33])
  expect([...longest.plans]).toEqual(['SEARCH spans USING COVERING INDEX spans_slow (<expr>>?)'])
  // Where they are, they come after the slow ones.
  expect(search({ order: 'longest', limit: 12 }).found.slice(8)).toEqual([5, 1, 40, 39])
  files.end()
})

test('the map of services is summed up by one statement, which seeks the minutes of each path', async () => {
  const store = await storeForTest()
  for (let id = 1; id <= 3; id++) {
    await add(store, { service: 'shop', id, trace: id, kind: 'server', start: NOW - id * 60_000, ms: id })
  }
  const files = new PartFiles(store.dataDir)
  const asked: string[] = []
  const { prepare } = files.catalog
  files.catalog.prepare = (sql) => {
    asked.push(sql)
    return prepare.call(files.catalog, sql)
  }
  const { nodes } = readServiceMap(files, { since: NOW - 3_600_000, until: NOW + 60_000 })
  expect(nodes).toMatchObject([{ id: 'shop', calls: 3 }])
  const ofRates = asked.filter((sql) => sql.includes('call_rates'))
  expect(ofRates).toHaveLength(1)
  const plan = prepare.call(files.catalog, `EXPLAIN QUERY PLAN ${ofRates[0]}`).all(60, 0, 0)
  expect(plan.map((step) => step['detail'])).toContain(
    'SEARCH r USING PRIMARY KEY (path=? AND step_s=? AND at_s>? AND at_s<?)',
  )
  files.end()
})

test('a span that the catalog does not tell of yet is on no page, and so on a later one', async () => {
  const store = await storeForTest()
  await add(store, { service: 'shop', id: 1, trace: 1 }, { service: 'shop', id: 2, trace: 2 })
  const catalog = new DatabaseSync(join(store.dataDir, 'catalog.db'))
  catalog.exec("UPDATE parts SET max_seq = max_seq - 1, rows = rows - 1 WHERE signal = 'spans'")
  catalog.close()
  const files = new PartFiles(store.dataDir)
  const memory = openTracesMemory()
  new OpenTraces(memory.spans).set(1, Buffer.from(traceId(1), 'hex'))
  const parts = new TraceParts(files, memory)
  const first = searchTraces(files, parts, { order: 'newest', limit: 1, scanMs: 1000 })
  expect(first.traces.map(({ trace_id }) => trace_id)).toEqual([traceId(1)])
  files.end()
})
