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
const RANGES = [
  'until=9999-12-31T23:59:59Z',
  'since=9999-12-31T23:59:58Z',
  'since=2026-01-31&until=9999-12-31T23:59:59Z',
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
  const logs = await fetch(`${hub.url}/api/v1/export?signal=logs&until=9999-12-31T23:59:59Z`)
  expect(await logs.text()).toContain('told')
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
