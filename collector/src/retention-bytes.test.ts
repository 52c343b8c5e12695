import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'

const MIB = 1024 * 1024
const ROUNDS = 20
const pad = (bytes: number) => ({ key: 'pad', value: { stringValue: 'x'.repeat(bytes) } })
const hex = (n: number, digits: number) => (n + 1).toString(16).padStart(digits, '0')

function resource(service: string, instance: number) {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  return {
    attributes: [attribute('service.name', service), attribute('service.instance.id', `i-${instance}`)],
  }
}

/** About 150 kB of each signal, from an instance that is new in each round. */
async function fill(hub: TestCollector, round: number, at: number): Promise<void> {
  const nanos = `${at}000000`
  const events = Array.from({ length: 15 }, (_, n) =>
    event({
      id: `order-${round}-${n}`,
      occurred_at: new Date(at).toISOString(),
      payload: { pad: 'x'.repeat(10_000) },
    }),
  )
  const spans = Array.from({ length: 75 }, (_, n) => ({
    traceId: hex(round, 32),
    spanId: hex(n, 16),
    name: `span-${round}`,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes: [pad(2000)],
  }))
  const logRecords = spans.map(() => ({
    timeUnixNano: nanos,
    body: { stringValue: `log-${round} ${'x'.repeat(2000)}` },
  }))
  const from = resource('shop', round)
  const answers = await Promise.all([
    hub.events(events),
    hub.post('/v1/traces', { resourceSpans: [{ resource: from, scopeSpans: [{ spans }] }] }),
    hub.post('/v1/logs', { resourceLogs: [{ resource: from, scopeLogs: [{ logRecords }] }] }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
}

const stats = async (hub: TestCollector): Promise<Json> => (await hub.get('/api/v1/stats')).body
const dataBytes = ({ signals }: Json): number =>
  signals.events.bytes + signals.spans.bytes + signals.logs.bytes + signals.metrics.bytes

test('filled over and over, the store stays below its limit while it goes on taking, and the newest can be read', async () => {
  const hub = await collectorForTest({ retentionBytes: '2MiB' })
  const start = Date.now()
  let most = 0
  for (let round = 0; round < ROUNDS; round++) {
    await fill(hub, round, start + round)
    // Readers have the parts open that are about to go.
    const [traces, logs] = await Promise.all([hub.get('/api/v1/traces'), hub.get('/api/v1/logs?limit=1')])
    expect(traces.body.data[0].name).toBe(`span-${round}`)
    expect(logs.body.data[0].body).toContain(`log-${round} `)
    most = Math.max(most, dataBytes(await stats(hub)))
  }
  // Beyond the limit: what one commit and one sealing write before the oldest part goes.
  expect(most).toBeLessThan(3 * MIB)
  const { signals, disk_bytes, stored } = await stats(hub)
  for (const [signal, perRound] of [
    ['events', 15],
    ['spans', 75],
    ['logs', 75],
  ] as const) {
    const { removed, oldest, newest } = signals[signal]
    expect(removed.items + stored[signal], signal).toBe(ROUNDS * perRound)
    expect(removed.bytes, signal).toBeGreaterThan(MIB)
    expect(Date.parse(newest), signal).toBe(start + ROUNDS - 1)
    expect(Date.parse(oldest), signal).toBeGreaterThan(start)
  }
  expect(disk_bytes - dataBytes({ signals })).toBeLessThan(6 * MIB)
  // What only parts that are gone spoke of goes too, while there is nothing else to do.
  const catalog = new DatabaseSync(join(hub.collector.dataDir, 'catalog.db'), { readOnly: true })
  const count = (table: string) => catalog.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n'] as number
  await vi.waitFor(() => {
    expect(count('resources')).toBeLessThan(ROUNDS / 2)
    expect(count('foreign_ids')).toBe(stored.events)
  }, 15_000)
  catalog.close()
  const { body } = await hub.get('/api/v1/logs?limit=200')
  expect(body.data.every(({ instance }: Json) => /^i-\d+$/.test(instance))).toBe(true)
})

test('a signal over its own bytes gives up its own oldest, and no other', async () => {
  const hub = await collectorForTest({ retentionBySignal: { spans: { bytes: '1MiB' } } })
  const start = Date.now()
  for (let round = 0; round < 12; round++) await fill(hub, round, start + round)
  const { signals } = await stats(hub)
  expect(signals.spans.bytes).toBeLessThan(1.5 * MIB)
  expect(signals.spans.removed.parts).toBeGreaterThan(0)
  expect([signals.events.removed.parts, signals.logs.removed.parts]).toEqual([0, 0])
})

test('a signal goes at an age of its own, its parts cut so that none is much older', async () => {
  let now = Date.now()
  const limits = { retentionPace: Number.POSITIVE_INFINITY, retentionEveryMs: 10 }
  const hub = await collectorForTest({
    clock: () => now,
    limits,
    retentionBySignal: { logs: { age: '70m' } },
  })
  await fill(hub, 0, now)
  now += 11 * 60_000
  await vi.waitFor(async () => expect((await stats(hub)).signals.logs.parts).toBe(2), 15_000)
  now += 71 * 60_000
  await vi.waitFor(
    async () => expect((await stats(hub)).stored).toMatchObject({ logs: 0, spans: 75, events: 15 }),
    15_000,
  )
})

test('an id that comes again after its part is gone is stored once more, and only once', async () => {
  const hub = await collectorForTest({ retentionBytes: '2MiB' })
  const again = event({ id: 'order-7' })
  await hub.events(again)
  for (let round = 0; (await hub.get('/api/v1/hub/events/order-7')).status === 200; round++)
    await fill(hub, round, Date.now())
  expect((await hub.events([again])).body).toMatchObject({ accepted: 1, duplicates: 0 })
  await fill(hub, 1000, Date.now())
  expect((await hub.events([again])).body).toMatchObject({ accepted: 0, duplicates: 1 })
})
