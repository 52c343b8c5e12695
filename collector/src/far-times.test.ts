import { expect, test } from 'vitest'
import { collectorForTest, event, type Json } from './testing/collector.ts'
import { keyValues, metricsRequest } from './testing/otlp-json.ts'
import { exportOf, traceId } from './testing/spans.ts'

/** The last time that a signed 64-bit number of nanoseconds holds, in April 2262. */
const LAST = String(2n ** 63n - 1n)
const READING = [
  'hub/events?',
  'hub/stats?',
  'traces?',
  'traces/stats?',
  'traces/attributes?',
  'services/shop/operations?',
  'services/shop/requests?',
  'service-map?',
  'logs?',
  'logs/facets?',
  'logs/histogram?',
  'metrics?',
  'metrics/labels?name=heat&',
  'metrics/query?name=heat&',
  'metrics/exemplars?name=heat&',
  'errors?',
  'export?signal=traces&',
  'export?signal=logs&',
  'export?signal=metrics&',
  'export?signal=events&',
]
/** They know `since` alone. */
const OPEN_ENDED = ['traces/attributes?', 'services/shop/operations?', 'metrics?']
const RANGES = [
  'until=9999-12-31T23:59:59Z',
  'since=9999-12-31T23:59:58Z',
  'since=2026-01-31&until=9999-12-31T23:59:59Z',
  'since=0000-01-01&until=9999-12-31T23:59:59Z',
  'until=0000-01-01',
]

test('a range may begin and end as far away as a time can be written', async () => {
  const hub = await collectorForTest()
  const now = Date.now()
  await hub.events(event())
  await hub.post('/v1/traces', exportOf({ service: 'shop', id: 1 }))
  await hub.post('/v1/logs', logsAt([`${now}000000`]))
  const heat = { name: 'heat', gauge: { dataPoints: [{ timeUnixNano: `${now}000000`, asInt: '1' }] } }
  await hub.post('/v1/metrics', metricsRequest({ 'service.name': 'shop' }, [heat]))
  const failed: string[] = []
  for (const path of READING) {
    for (const range of RANGES) {
      const answer = await fetch(`${hub.url}/api/v1/${path}${range}`)
      await answer.text()
      if (answer.status >= 500) failed.push(`${answer.status} ${path}${range}`)
    }
  }
  expect(failed).toEqual([])
  // Before the first time that there can be is from the beginning on.
  for (const path of ['hub/events', 'traces', 'logs', 'errors']) {
    const all = (await hub.get(`/api/v1/${path}`)).body.data
    expect((await hub.get(`/api/v1/${path}?since=0001-01-01`)).body.data).toEqual(all)
    expect((await hub.get(`/api/v1/${path}?until=0001-01-01`)).body.data).toEqual([])
  }
  const logs = await fetch(`${hub.url}/api/v1/export?signal=logs&until=9999-12-31T23:59:59Z`)
  expect(await logs.text()).toContain('told')
})

test('a range that ends before or where it begins is refused in the same words everywhere', async () => {
  const hub = await collectorForTest()
  const [early, late] = ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00Z']
  const ranges = READING.filter((path) => !OPEN_ENDED.includes(path))
  const all = [
    ...ranges.map((path) => [`/api/v1/${path}`, 'since', 'until'] as const),
    ['/api/v1/hub/events?', 'occurred_since', 'occurred_until'],
    ['/api/v1/dependencies/graph?', 'since', 'until'],
    ['/events?', 'start_time', 'end_time'],
    ['/events/stats?', 'start_time', 'end_time'],
  ] as const
  for (const [path, from, to] of all) {
    const range = (a: string, b: string) => `${path}${from}=${a}&${to}=${b}`
    const { status, body } = await hub.get(range(late, early))
    const words = to === 'end_time' ? 'not later than' : 'earlier than'
    const message = `${from} is "${late}"; it must be ${words} ${to}, which is "${early}"`
    expect([path, status, body]).toEqual([path, 400, { error: 'invalid_parameter', message }])
    // The end of the hooks' range is in it.
    expect((await hub.get(range(late, late))).status).toBe(to === 'end_time' ? 200 : 400)
  }
})

test('a log record of the last time that there is can be found, and hides no other', async () => {
  const hub = await collectorForTest()
  await hub.post('/v1/logs', logsAt([LAST, '1']))
  const times = async (query: string) =>
    (await hub.get(`/api/v1/logs?${query}`)).body.data.map((log: Json) => log.time_unix_nano)
  expect(await times('')).toEqual([LAST, '1'])
  expect(await times('order=asc&trace_id=' + traceId(1))).toEqual(['1', LAST])
  expect((await hub.get('/api/v1/logs/facets')).body.total).toBe(2)
})

function logsAt(times: readonly string[]): unknown {
  const logRecords = times.map((timeUnixNano) => ({
    timeUnixNano,
    traceId: traceId(1),
    spanId: '0000000000000001',
    body: { stringValue: 'told' },
  }))
  const resource = { attributes: keyValues({ 'service.name': 'shop' }) }
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }
}

const NOW = Date.UTC(2026, 0, 31, 12)
/** Times that senders say at noon of 31 January 2026, and whether one event alone may say so to the hub. */
const SAID: [said: string, alone: number, kept?: string][] = [
  ['0000-01-01T00:00:00Z', 201],
  ['1969-12-31T23:59:59.5Z', 201],
  ['2025-01-31T12:00:00Z', 201],
  ['2026-01-31T12:05:00Z', 201],
  ['2026-01-31T14:04:59+02:00', 201, '2026-01-31T12:04:59.000Z'],
  ['2026-01-31T12:05:00.001Z', 422],
  ['2027-01-31T12:00:00Z', 422],
  ['9999-12-31T23:59:59.999Z', 422],
]

test('one event may not be ahead to the hub, in a batch and by other doors each time is kept as it is', async () => {
  const hub = await collectorForTest({ clock: () => NOW })
  const said = SAID.map(([time]) => time)
  for (const [time, status] of SAID) {
    const { status: got, body } = await hub.events(event({ occurred_at: time }))
    expect([time, got]).toEqual([time, status])
    if (status === 422) expect(body.errors.occurred_at[0]).toContain("ahead of the collector's clock")
  }
  const batch = said.map((time) => event({ source: 'batch', occurred_at: time }))
  expect((await hub.events(batch)).body.accepted).toBe(said.length)
  const lines = batch.map((each) => JSON.stringify({ ...each, source: 'lines' })).join('\n')
  await hub.post('/api/v1/hub/events', lines, { 'content-type': 'application/x-ndjson' })
  for (const timestamp of said) {
    await hub.post('/events', { source_system: 'hooks', event_type: 'x', timestamp })
    const bus = { source_service: 'bus', event_type: 'x', payload: {}, timestamp }
    expect((await hub.post('/api/v1/messagebus/publish', bus)).status).toBe(200)
  }
  const kept = SAID.map(([time, , utc = time]) => utc)
  for (const source of ['batch', 'lines', 'hooks', 'bus']) {
    const times = (await hub.allEvents(`&source=${source}`)).map(({ occurred_at }: Json) => occurred_at)
    expect([source, times]).toEqual([source, kept])
  }
  expect((await hub.get('/api/v1/hub/events?source=bus&occurred_since=9999-12-31')).body.data).toHaveLength(1)
  expect((await hub.get('/api/v1/hub/events?source=bus&occurred_until=1970-01-01')).body.data).toHaveLength(2)
  // What RFC 3339 cannot write is no time.
  const none = ['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01', '10000-01-01T00:00:00Z']
  for (const time of [...none, '2026-01-31T24:00:00Z', '2026-01-31T12:60:00Z']) {
    expect((await hub.events(event({ occurred_at: time }))).body.errors).toHaveProperty('occurred_at')
  }
})
