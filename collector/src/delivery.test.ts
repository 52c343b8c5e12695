import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json, type TestCollector } from './testing/collector.ts'

const numbered = (seq: number, overrides: object = {}) => event({ instance: 'a', seq, ...overrides })
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => numbered(from + index))
const beat = (seq: number, dropped: object = {}, overrides: object = {}) =>
  numbered(seq, {
    type: 'AgentHeartbeat',
    payload: { status: 'healthy', generated: seq - 1, dropped },
    ...overrides,
  })
const goodbye = (seq: number) => numbered(seq, { type: 'LifecycleChanged', payload: { state: 'stopped' } })

async function delivery(hub: TestCollector): Promise<Json> {
  return (await hub.get('/api/v1/services/shop/delivery')).body
}

test('up to the heartbeat, what neither came nor was dropped is missing', async () => {
  const hub = await collectorForTest()
  await hub.events([...range(1, 5), ...range(9, 10), beat(13, { queue_full: 2 }), ...range(14, 15)])
  const { instances } = await delivery(hub)
  expect(instances).toEqual([
    {
      instance: 'a',
      run: 1,
      generated: 15,
      stored: 10,
      dropped: { queue_full: 2 },
      missing: 3,
      exact: true,
      unknown_tail: { after_seq: 12, stored: 3, gaps: 0 },
      duplicates: 0,
      expired: 0,
    },
  ])
})

test('late and replayed events, in any order, end in the same sums', async () => {
  const hub = await collectorForTest()
  const all = [...range(1, 20), beat(21), goodbye(22)].map((sent, index) => ({ ...sent, id: `id-${index}` }))
  await hub.events([...all.slice(15), ...all.slice(0, 3)])
  expect((await delivery(hub)).totals).toMatchObject({ stored: 10, missing: 12, unknown_tail: { runs: 0 } })
  await hub.events(all)
  expect((await delivery(hub)).totals).toEqual({
    runs: 1,
    generated: 22,
    stored: 22,
    dropped: {},
    missing: 0,
    exact: true,
    unknown_tail: { runs: 0, stored: 0, gaps: 0 },
    duplicates: 10,
    expired: 0,
  })
})

test('an older heartbeat that comes late does not bring back what it counted', async () => {
  const hub = await collectorForTest()
  await hub.events([...range(1, 5), beat(13, { queue_full: 2, expired: 1 })])
  await hub.events([beat(8, { queue_full: 1 }), ...range(6, 7)])
  expect((await delivery(hub)).instances[0]).toMatchObject({
    dropped: { queue_full: 2, expired: 1 },
    generated: 13,
    missing: 1,
    unknown_tail: { after_seq: 12 },
  })
})

test('without a goodbye the tail is unknown, never a success', async () => {
  const hub = await collectorForTest()
  await hub.events([...range(1, 3), beat(4), ...range(5, 6), numbered(9)])
  expect((await delivery(hub)).instances[0]).toMatchObject({
    missing: 0,
    unknown_tail: { after_seq: 3, stored: 4, gaps: 2 },
  })
})

test('a process that keeps its instance name over a restart begins a new run', async () => {
  const hub = await collectorForTest()
  const at = (second: number) => ({
    occurred_at: new Date(Date.UTC(2026, 0, 31, 0, 0, second)).toISOString(),
  })
  const start = (second: number) => numbered(1, { type: 'AppRegistered', ...at(second) })
  await hub.events([start(0), numbered(2, at(1)), numbered(3, at(2)), beat(4, {}, at(3))])
  await hub.events([start(10), numbered(2, at(11)), beat(4, { queue_full: 1 }, at(12))])
  await hub.events([numbered(5, at(4))])
  const { instances, totals } = await delivery(hub)
  expect(totals).toMatchObject({ runs: 2, stored: 8, missing: 0, dropped: { queue_full: 1 } })
  expect(instances.map(({ run, stored }: Json) => [run, stored]).toSorted()).toEqual([
    [1, 5],
    [2, 3],
  ])
})

test('living processes that share an instance name are never shown as a success', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  const start = Date.now() - 60_000
  const at = (ms: number) => ({ occurred_at: new Date(start + ms).toISOString() })
  const workers = [0, 1, 2, 3]
  for (const worker of workers) await hub.events(numbered(1, { type: 'AppRegistered', ...at(worker) }))
  for (let seq = 2; seq <= 20; seq++) {
    for (const worker of workers) await hub.events(numbered(seq, at(seq * 10 + worker)))
  }
  for (const worker of workers) await hub.events(beat(21, {}, at(1000 + worker)))
  const before = await delivery(hub)
  expect(before.totals).toMatchObject({ stored: 84, exact: false })
  expect((await hub.allEvents()).length).toBe(84)
  await hub.collector.close()
  expect(await delivery(await collectorForTest({ data }))).toEqual(before)
})

test('one number of another process is noticed, before and after the heartbeat', async () => {
  const hub = await collectorForTest()
  const other = { instance: 'b' }
  await hub.events([...range(1, 3), numbered(5), ...range(1, 5).map((sent) => ({ ...sent, ...other }))])
  await hub.events([beat(6, {}, other), numbered(20, other)])
  const accounts = async () =>
    (await delivery(hub)).instances
      .map(({ instance, stored, exact }: Json) => [instance, stored, exact])
      .toSorted()
  expect(await accounts()).toEqual([
    ['a', 4, true],
    ['b', 7, true],
  ])
  await hub.events([numbered(2), numbered(2, other)])
  expect(await accounts()).toEqual([
    ['a', 5, false],
    ['b', 8, false],
  ])
})

test('an older account in which more is stored than was generated is not exact either', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  await hub.events([...range(1, 5), beat(6)])
  // Collectors that did not look for numbers that came twice counted on.
  const catalog = new DatabaseSync(join(data, 'catalog.db'))
  catalog.exec('UPDATE deliveries SET stored = 7, stored_declared = 6')
  catalog.close()
  expect((await delivery(hub)).totals).toMatchObject({ generated: 6, stored: 7, exact: false })
})

test('it outlives a restart, and what a crash kept from the catalog is counted once', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  await first.events([...range(1, 3), numbered(7), beat(8, { expired: 1 })])
  const before = await delivery(first)
  await first.collector.close()
  // As after a crash between the commit of the part and that of the catalog.
  const catalog = new DatabaseSync(join(data, 'catalog.db'))
  catalog.exec('UPDATE watermarks SET seq = 0; DELETE FROM deliveries')
  catalog.close()
  const second = await collectorForTest({ data })
  expect(await delivery(second)).toEqual(before)
  expect(before.totals).toMatchObject({ stored: 5, missing: 2 })
})

test('thousands of gaps are not kept one by one, and the answer says so', async () => {
  const hub = await collectorForTest()
  await hub.events(Array.from({ length: 2000 }, (_, index) => numbered(index * 2 + 1)))
  await hub.events([beat(4001)])
  const { instances } = await delivery(hub)
  expect(instances[0]).toMatchObject({ stored: 2001, exact: false, generated: 4001 })
  expect(instances[0].missing).toBeGreaterThan(0)
  expect(instances[0].missing).toBeLessThanOrEqual(2000)
})

test('a service that numbers nothing has an empty account, an unknown one none', async () => {
  const hub = await collectorForTest()
  await hub.events(event())
  expect(await delivery(hub)).toMatchObject({
    service: 'shop',
    instances: [],
    totals: { runs: 0, stored: 0 },
  })
  expect((await hub.get('/api/v1/services/nobody/delivery')).status).toBe(404)
})
