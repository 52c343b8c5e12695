import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { fill, smallDisk } from '../faults/small-disk.ts'
import { eventually } from '../support/read-back.ts'
import { Client } from './peers.ts'

const BUS = '/api/v1/messagebus'
const OWN = ['ose.events', 'ose.tasks', 'ose.logs']
const sold = { event_type: 'stock.item.sold', source_service: 'stock', payload: { sku: 'tea' } }

test('the bus says where it is, and is not where the collector is not', async () => {
  const hub = await collectorForTest({ extraPorts: [0] })
  const [extra] = hub.collector.extraPorts
  for (const port of [hub.collector.port, extra]) {
    const { body } = await new Client(`http://127.0.0.1:${port}`).get(`${BUS}/status`)
    expect(body).toEqual({
      connected: true,
      host: '127.0.0.1',
      port,
      exchanges: OWN,
      queues: [],
      active_consumers: 0,
    })
  }
})

test('an error of the bus is in the inbox, and what tells of the life of a service is not', async () => {
  const hub = await collectorForTest()
  const client = new Client(hub.url)
  const said = { event_type: 'stock.error', source_service: 'stock', priority: 'critical' }
  const stack_trace =
    'Traceback (most recent call last):\n  File "/app/stock.py", line 3, in take\n    raise ValueError()'
  const payload = { error_type: 'ValueError', message: 'no stock', stack_trace, context: { sku: 'tea' } }
  await client.post(`${BUS}/publish`, { ...said, payload: { event: 'error', version: '1.0' } })
  await client.post(`${BUS}/publish`, { ...said, payload })
  await client.post(`${BUS}/publish`, { ...said, payload: { ...payload, context: { sku: 'milk' } } })

  const { data } = (await client.get('/api/v1/errors')).body
  expect(data).toMatchObject([{ service: 'stock', type: 'ValueError', message: 'no stock', count: 2 }])
  const { body } = await client.get(`/api/v1/errors/${data[0].id}`)
  expect(JSON.stringify(body)).toContain('stock.py')
  expect((await client.get('/api/v1/services/stock')).body.counts.errors).toBe(2)
})

test('an exchange is there from the first event that is published to it, also after a restart', async () => {
  const hub = await collectorForTest()
  const client = new Client(hub.url)
  const names = async (from: Client) => (await from.get(`${BUS}/status`)).body.exchanges
  const byAddress = await client.post(
    `${BUS}/publish?exchange=billing.events&event_type=paid&source_service=billing`,
    { sum: 3 },
  )
  expect(byAddress.body).toMatchObject({ exchange: 'billing.events', routing_key: 'billing.paid' })
  const inBody = await client.post(`${BUS}/publish`, {
    ...sold,
    exchange: 'stock.events',
    routing_key: 'a.b',
  })
  expect(inBody.body).toMatchObject({ exchange: 'stock.events', routing_key: 'a.b' })
  expect((await client.post(`${BUS}/publish`, sold)).body).toMatchObject({ exchange: 'ose.events' })
  expect(await names(client)).toEqual([...OWN, 'billing.events', 'stock.events'])
  expect((await client.get(`${BUS}/exchanges`)).body.exchanges).toEqual([
    { name: 'ose.events', type: 'topic' },
    { name: 'ose.tasks', type: 'direct' },
    { name: 'ose.logs', type: 'fanout' },
    { name: 'billing.events', type: 'topic' },
    { name: 'stock.events', type: 'topic' },
  ])
  await hub.collector.close()
  const again = await collectorForTest({ data: hub.collector.dataDir })
  expect(await names(new Client(again.url))).toEqual([...OWN, 'billing.events', 'stock.events'])
})

test('a reader of live events is a queue', async () => {
  const hub = await collectorForTest()
  const leave = new AbortController()
  const stream = await fetch(`${hub.url}/api/v1/stream?source=stock`, { signal: leave.signal })
  const client = new Client(hub.url)
  await client.post(`${BUS}/publish`, sold)
  await client.post(`${BUS}/publish`, { ...sold, source_service: 'other' })
  const queues = async () => (await client.get(`${BUS}/queues`)).body.queues
  await eventually(async () => (await queues())[0]?.sent === 1)
  expect(await queues()).toEqual([{ name: 'stream-1', messages: 0, sent: 1 }])
  expect((await client.get(`${BUS}/status`)).body).toMatchObject({
    queues: ['stream-1'],
    active_consumers: 1,
  })
  leave.abort()
  await stream.text().catch(() => {})
  await eventually(async () => (await client.get(`${BUS}/status`)).body.active_consumers === 0)
})

test('a bus that cannot keep what is published says so, and answers 503', async ({ skip }) => {
  const disk = await smallDisk(4)
  if (disk === undefined) return skip('no file system of its own can be had')
  let now = Date.UTC(2026, 0, 31)
  const hub = await collectorForTest({ data: `${disk}/data`, clock: () => now })
  const client = new Client(hub.url)
  const seen = async () => {
    const [bus, health] = [await client.get(`${BUS}/status`), await client.get('/health')]
    return [bus.body.connected, health.body.status, health.body.collector.healthy, health.body.storage.status]
  }
  expect(await seen()).toEqual([true, 'healthy', true, 'healthy'])
  const filler = await fill(disk, 0)
  const large = { ...sold, payload: { note: 'x'.repeat(100_000) } }
  await eventually(async () => (await client.post(`${BUS}/publish`, large)).status === 503)
  expect(await seen()).toEqual([false, 'degraded', false, 'unhealthy'])
  await rm(filler)
  // After a failed write a small one proves nothing for a while.
  now += 60_000
  await eventually(async () => (await client.post(`${BUS}/publish`, large)).status === 200)
  expect(await seen()).toEqual([true, 'healthy', true, 'healthy'])
})

test('the pages of the mesh lead to those that there are', async () => {
  const hub = await collectorForTest()
  for (const page of ['/heartbeat-dashboard', '/dependencies']) {
    const { status, headers } = await hub.get(page)
    expect([status, headers.get('location')]).toEqual([302, expect.stringMatching(/^\/ui\//)])
  }
})
