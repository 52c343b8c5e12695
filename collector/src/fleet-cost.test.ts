import { expect, test, vi } from 'vitest'
import { SharedAnswers } from './api/shared-answers.ts'
import { PartFiles } from './store/sqlite/reader/part-files.ts'
import { readFleet } from './store/sqlite/reader/fleet.ts'
import { collectorForTest, dataDirectory, event } from './testing/collector.ts'
import { sendSpans } from './testing/spans.ts'

const MINUTE = 60_000
const [SERVICES, MINUTES, A_MINUTE] = [12, 10, 25]

/** The rows that each statement of the catalog gives. */
function countRows(files: PartFiles): number[] {
  const rows: number[] = []
  const prepare = files.catalog.prepare.bind(files.catalog)
  vi.spyOn(files.catalog, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql)
    const all = statement.all.bind(statement) as (...given: never[]) => Record<string, never>[]
    statement.all = (...given: never[]) => {
      const found = all(...given)
      rows.push(found.length)
      return found
    }
    return statement
  })
  return rows
}

test('the fleet is read from a row for each service and minute, in four statements however many services there are', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  const until = Math.ceil(Date.now() / MINUTE) * MINUTE
  const first = until - MINUTES * MINUTE
  let id = 0
  for (let service = 0; service < SERVICES; service++) {
    const spans = Array.from({ length: MINUTES * A_MINUTE }, (_, n) => ({
      service: `shop-${service}`,
      trace: ++id,
      id,
      kind: 'server' as const,
      start: first + Math.floor(n / A_MINUTE) * MINUTE,
      ms: n % A_MINUTE === 0 ? 800 : 10,
    }))
    await sendSpans(hub, ...spans)
  }
  const files = new PartFiles(data)
  const rows = countRows(files)
  const query = { since: until - 60 * MINUTE, until, step: MINUTE, changesSince: 0 }
  const fleet = readFleet(files, query)
  expect(fleet.requests.map(({ service, total }) => [service, total.calls])).toEqual(
    Array.from({ length: SERVICES }, (_, service) => [`shop-${service}`, MINUTES * A_MINUTE]),
  )
  // Of 25 calls the slowest is the 99th percentile and not the 95th, in each minute as in all.
  const { total, series } = fleet.requests[0]!
  const before = Array(60 - MINUTES).fill(0)
  expect(series.calls).toEqual([...before, ...Array(MINUTES).fill(A_MINUTE)])
  for (const key of ['p50', 'p95', 'p99'] as const) {
    expect(Math.abs(total[key]! - (key === 'p99' ? 800 : 10)) / total[key]!).toBeLessThan(0.05)
    expect(series[key]).toEqual([...before.map(() => null), ...Array(MINUTES).fill(total[key])])
  }
  expect(rows).toHaveLength(4)
  expect(rows).toContain(SERVICES * MINUTES)
  expect(Math.max(...rows)).toBe(SERVICES * MINUTES)

  rows.length = 0
  const one = readFleet(files, { ...query, service: 'shop-3' })
  expect(one.requests).toEqual([fleet.requests[3]])
  expect(rows).toHaveLength(4)
  expect(Math.max(...rows)).toBe(MINUTES)
  // As many rows for a longer step: what is summed up stays within SQLite.
  rows.length = 0
  expect(readFleet(files, { ...query, step: 60 * MINUTE }).requests).toHaveLength(SERVICES)
  expect(Math.max(...rows)).toBeLessThanOrEqual(2 * SERVICES)
  files.end()
})

test('an answer is made once for all who ask within a second, and anew after a change or a failure', async () => {
  let now = 0
  const made: string[] = []
  const answers = new SharedAnswers<string>(
    async (window) => {
      made.push(window)
      if (made.length === 4) throw new Error('the disk is gone')
      return { made: made.length }
    },
    () => now,
  )
  const all = await Promise.all([answers.of('1h'), answers.of('1h'), answers.of('6h')])
  expect(all).toEqual(['{"made":1}', '{"made":1}', '{"made":2}'])
  now = 999
  expect(await answers.of('1h')).toBe('{"made":1}')
  now = 1000
  expect(await answers.of('1h')).toBe('{"made":3}')
  answers.forget()
  await expect(answers.of('1h')).rejects.toThrow('the disk is gone')
  expect(await answers.of('1h')).toBe('{"made":5}')
  expect(made).toEqual(['1h', '6h', '1h', '1h', '1h'])
})

test('who hears of a change of state and asks at once is told of it', async () => {
  const hub = await collectorForTest({ limits: { monitorEveryMs: 10 } })
  const said = (type: string, payload: Record<string, unknown>) =>
    hub.events(event({ type, instance: 'a', env: 'test', payload }))
  await said('AppRegistered', { version: '1.0.0', env: 'test', heartbeat_interval_s: 3600 })
  const state = async () => (await hub.get('/api/v1/fleet')).body.services[0].state
  await vi.waitFor(async () => expect(await state()).toBe('up'), 15_000)
  const stream = await fetch(`${hub.url}/api/v1/transitions/stream`)
  expect(stream.status).toBe(200)
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  await said('LifecycleChanged', { state: 'crashed' })
  for (let heard = ''; !heard.includes('crashed');) heard += (await reader.read()).value
  expect(await state()).toBe('crashed')
  await reader.cancel()
})
