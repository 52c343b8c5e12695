import { expect, test } from 'vitest'
import { event } from '../../testing/collector.ts'
import { traceId } from '../../testing/spans.ts'
import { ingest, storeForTest } from '../../testing/store.ts'
import { OpenEvents, openEventsMemory } from './open-events.ts'
import { EventSweep } from './reader/events-sweep.ts'
import { PartFiles } from './reader/part-files.ts'
import { startWorker, type StartWorker } from './worker-file.ts'

const NOW = Date.now()
const eventsOf = (...traces: number[]) => traces.map((n) => ({ ...event(), trace_id: traceId(n) }))

test('of the open part only the rows of a trace are looked at, before and after a restart, and of sealed ones all is found', async () => {
  let memory: SharedArrayBuffer | undefined
  const start: StartWorker = (path, options) => {
    memory = options.workerData.openTraces.events
    return startWorker(path, options)
  }
  const first = await storeForTest({ partRows: 100, start })
  const { dataDir } = first
  const lookedAt = (trace: number): number[] => {
    const files = new PartFiles(dataDir, new OpenEvents(memory!))
    const sweep = new EventSweep(files, { traceId: traceId(trace) }, 'asc', true)
    const rows: number[] = []
    while (!sweep.isOver) {
      sweep.step(({ part, from, to }) => {
        const sql = 'SELECT count(*) AS n FROM events WHERE cursor >= ? AND cursor <= ?'
        rows.push(files.prepare(part, sql).get(from, to)!['n'] as number)
        return undefined
      })
    }
    files.end()
    return rows
  }
  const found = async (store: typeof first, trace: number) =>
    (await store.events({ traceId: traceId(trace), limit: 50, order: 'asc' })).events.length
  const many = Array.from({ length: 90 }, (_, n) => 1000 + n)
  await ingest(first, eventsOf(1, 2, ...many.slice(0, 40), 2, 3, ...many.slice(40)), NOW)
  expect(lookedAt(1)).toEqual([1])
  // From its first event to its last one.
  expect(lookedAt(2)).toEqual([42])
  expect(lookedAt(9)).toEqual([])
  expect([await found(first, 1), await found(first, 2), await found(first, 9)]).toEqual([1, 2, 0])
  await first.close()

  const second = await storeForTest({ partRows: 100, dataDir, start })
  expect([lookedAt(1), lookedAt(2), lookedAt(9)]).toEqual([[1], [42], []])
  // The part is full: what comes now is in the next one, and an index of the first has its traces.
  await ingest(second, eventsOf(...many.slice(0, 10)), NOW)
  await ingest(second, eventsOf(2, 4), NOW)
  expect([await found(second, 2), await found(second, 4), await found(second, 1000)]).toEqual([3, 1, 2])
  expect(lookedAt(4).at(-1)).toBe(1)
})

test('what is not noted any more is not said to be nowhere', () => {
  const events = new OpenEvents(openEventsMemory())
  expect(events.rangeOf('a', 1n)).toBe(undefined)
  events.begin(10n)
  expect(events.rangeOf('a', 10n)).toBe(null)
  events.add(10n, 'a')
  for (let cursor = 11n; cursor < 20n; cursor++) events.add(cursor, 'b')
  events.add(20n, 'a')
  expect(events.rangeOf('a', 10n)).toEqual([10n, 20n])
  expect(events.rangeOf('a', 11n)).toEqual([20n, 20n])
  expect(events.rangeOf('a', 9n)).toBe(undefined)
  // Twice all there is room for, and one more.
  for (let cursor = 21n; cursor < 21n + 2n ** 19n; cursor++) events.add(cursor, 'c')
  expect(events.rangeOf('c', 10n)).toBe(undefined)
  const since = 21n + 2n ** 18n
  expect(events.rangeOf('c', since)).toEqual([since, 20n + 2n ** 19n])
  expect(events.rangeOf('a', since)).toBe(null)
})
