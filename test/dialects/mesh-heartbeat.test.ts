import { expect, test } from 'vitest'
import type { CollectorOptions } from '../../collector/src/options.ts'
import { collectorForTest, dataDirectory, event, type Json } from '../../collector/src/testing/collector.ts'
import { eventually } from '../support/read-back.ts'
import { Client, Peer } from './peers.ts'

const STATUS = '/api/v1/heartbeat/status'
const REGISTER = '/api/v1/heartbeat/register'

/** A service that answers its health checks, until it is told otherwise. */
async function service(): Promise<{ peer: Peer; url: string; become: (ways: object) => Promise<Json> }> {
  const peer = new Peer('service.py')
  const url = `http://127.0.0.1:${await peer.hear()}/health`
  const become = async (ways: object) => {
    peer.say(JSON.stringify(ways))
    return JSON.parse(await peer.hear())
  }
  return { peer, url, become }
}

/** A collector that calls services of this machine, and one who registers and reads there. */
async function mesh(options: CollectorOptions = {}) {
  const hub = await collectorForTest({ pullPrivate: 'allow', ...options })
  const client = new Client(hub.url)
  const statusOf = async (id: string): Promise<Json> => (await client.get(`${STATUS}/${id}`)).body
  const until = (id: string, such: (status: Json) => boolean): Promise<Json> =>
    eventually(async () => {
      const status = await statusOf(id)
      return such(status) && status
    })
  return { hub, client, statusOf, until }
}

const quick = { interval_seconds: 1, timeout_seconds: 4, max_failures: 2 }
/** For what must not pass while it is looked at. */
const patient = { ...quick, max_failures: 1000 }

test('a service that is called is healthy, slow, failing, well again and dead, as it really is', async () => {
  const { client, until } = await mesh()
  const { peer, url, become } = await service()
  const registration = { service_id: 'billing', service_name: 'Billing', health_url: url, ...patient }
  const registered = await client.post(REGISTER, registration)
  expect([registered.status, registered.body]).toEqual([200, { message: expect.stringContaining('Billing') }])

  const healthy = await until('billing', ({ status }) => status === 'healthy')
  expect(healthy).toMatchObject({
    service_id: 'billing',
    service_name: 'Billing',
    is_alive: true,
    metrics: { missed_heartbeats: 0, consecutive_failures: 0, uptime_percentage: 100 },
    config: patient,
    metadata: { health_url: url, last_error: null, version: '1.0.0' },
  })
  expect(healthy.metrics.min_latency_ms).toBeGreaterThan(0)

  await become({ delay: 0.3, version: '1.0.1' })
  const slow = await until('billing', ({ metrics }) => metrics.max_latency_ms >= 300)
  const { min_latency_ms, average_latency_ms, max_latency_ms } = slow.metrics
  expect(min_latency_ms).toBeLessThanOrEqual(healthy.metrics.min_latency_ms)
  expect(average_latency_ms).toBeGreaterThan(min_latency_ms)
  expect(average_latency_ms).toBeLessThan(max_latency_ms)
  expect(slow.metadata.version).toBe('1.0.1')

  await become({ delay: 0, status: 503 })
  const degraded = await until('billing', ({ metrics }) => metrics.consecutive_failures >= 1)
  expect(degraded).toMatchObject({
    status: 'degraded',
    metadata: { last_error: 'answered 503, not 200' },
  })
  // It answers, however badly: that is not dead, also after its timeout.
  await client.post(REGISTER, { ...registration, max_failures: 2 })
  const critical = await until('billing', ({ metrics }) => metrics.consecutive_failures >= 5)
  expect(critical).toMatchObject({ status: 'critical', is_alive: true })
  expect(critical.metrics.uptime_percentage).toBeLessThan(100)

  await become({ status: 200 })
  const well = await until('billing', ({ status }) => status === 'healthy')
  expect(well.metrics.heartbeat_count).toBeGreaterThan(slow.metrics.heartbeat_count)
  expect(well.metrics.missed_heartbeats).toBeGreaterThanOrEqual(4)

  peer.process.kill()
  const dead = await until('billing', ({ status }) => status === 'dead')
  expect(dead).toMatchObject({
    is_alive: false,
    metadata: { last_error: expect.stringContaining('ECONNREFUSED') },
  })
  expect(dead.metrics.seconds_since_last).toBeGreaterThanOrEqual(4)
}, 120_000)

test('the summary counts them, and goes with them', async () => {
  const { client, until } = await mesh()
  const summary = async () => (await client.get('/api/v1/heartbeat/summary')).body
  expect(await summary()).toMatchObject({ total_services: 0, healthy: 0, overall_health_percentage: 0 })
  const [good, bad] = [await service(), await service()]
  await client.post(REGISTER, { service_id: 'good', health_url: good.url, ...quick })
  await client.post(REGISTER, { service_id: 'bad', health_url: bad.url, ...quick })
  await client.post(REGISTER, { service_id: 'mute', interval_seconds: 10, timeout_seconds: 600 })
  await until('bad', ({ status }) => status === 'healthy')
  await until('good', ({ status }) => status === 'healthy')
  await expect.poll(summary).toEqual({
    total_services: 3,
    healthy: 2,
    degraded: 0,
    critical: 0,
    dead: 0,
    unknown: 1,
    overall_health_percentage: 66.67,
  })
  await bad.become({ status: 500 })
  await until('bad', ({ status }) => status === 'critical')
  await expect.poll(summary).toMatchObject({
    healthy: 1,
    critical: 1,
    unknown: 1,
    overall_health_percentage: 33.33,
  })
  expect((await client.delete(`${STATUS}/bad`)).status).toBe(200)
  expect((await client.get(`${STATUS}/bad`)).status).toBe(404)
  expect(await summary()).toMatchObject({ total_services: 2 })
  const calls = (await bad.become({})).calls
  await until('good', ({ metrics }) => metrics.heartbeat_count >= 4)
  expect((await bad.become({})).calls).toBe(calls)
}, 120_000)

test('who registers by the address is watched as well, and a second time changes it', async () => {
  const { client, statusOf } = await mesh()
  expect((await client.post(`${REGISTER}?service_id=a&service_name=Aa&interval_seconds=5`)).status).toBe(200)
  expect(await statusOf('a')).toMatchObject({
    service_name: 'Aa',
    status: 'unknown',
    is_alive: false,
    metrics: { heartbeat_count: 0, last_heartbeat: null, seconds_since_last: null },
    config: { interval_seconds: 5, timeout_seconds: 30, max_failures: 3 },
  })
  await client.post(`${REGISTER}?service_id=a`, { max_failures: 7 })
  expect(await statusOf('a')).toMatchObject({
    service_name: 'a',
    config: { interval_seconds: 10, max_failures: 7 },
  })
})

test('those who report are there without having registered, and registered ones are the same service', async () => {
  let now = Date.UTC(2026, 0, 31)
  const { client, statusOf } = await mesh({ clock: () => now, limits: { monitorEveryMs: 20 } })
  const say = (source: string, type: string, payload: object) =>
    client.post(
      '/api/v1/hub/events',
      event({ source, type, payload, occurred_at: new Date(now).toISOString() }),
    )
  const become = async (id: string, status: string): Promise<Json> =>
    eventually(async () => {
      const found = await statusOf(id)
      return found.status === status && found
    })
  await client.post(REGISTER, {
    service_id: 'stock',
    interval_seconds: 60,
    timeout_seconds: 300,
    max_failures: 3,
  })
  for (const source of ['shop', 'stock']) {
    await say(source, 'AppRegistered', { version: '2.1.0', env: 'test', heartbeat_interval_s: 60 })
    await say(source, 'AgentHeartbeat', { status: 'healthy' })
  }
  const { body } = await client.get(STATUS)
  expect(Object.keys(body)).toEqual(['shop', 'stock'])
  expect(body.shop).toMatchObject({
    status: 'healthy',
    is_alive: true,
    metrics: { heartbeat_count: 1, consecutive_failures: 0, last_heartbeat: new Date(now).toISOString() },
    config: { interval_seconds: 60 },
    metadata: { registered: false, state: 'up', version: '2.1.0' },
  })
  expect(body.stock).toMatchObject({
    status: 'healthy',
    metrics: { heartbeat_count: 1 },
    metadata: { registered: true },
  })

  now += 119_000
  expect(await become('stock', 'degraded')).toMatchObject({
    metrics: { consecutive_failures: 1, seconds_since_last: 119 },
  })
  expect(await become('shop', 'degraded')).toMatchObject({ metrics: { consecutive_failures: 1 } })
  now += 100_000
  expect(await become('stock', 'critical')).toMatchObject({ metrics: { consecutive_failures: 3 } })
  now += 300_000
  await become('stock', 'dead')
  expect(await become('shop', 'dead')).toMatchObject({ is_alive: false, metadata: { state: 'silent' } })
  for (const source of ['shop', 'stock']) await say(source, 'AgentHeartbeat', { status: 'healthy' })
  await become('stock', 'healthy')
  expect((await become('shop', 'healthy')).metrics.heartbeat_count).toBe(2)
  for (const source of ['shop', 'stock']) await say(source, 'LifecycleChanged', { state: 'stopped' })
  await become('shop', 'dead')
  await become('stock', 'dead')
})

test("the bus's own words of a service's life are understood", async () => {
  const { client, statusOf } = await mesh()
  const publish = (word: string) =>
    client.post('/api/v1/messagebus/publish', {
      event_type: `discovery.${word}`,
      source_service: 'discovery',
      payload: { event: word, version: '1.4.0', timestamp: new Date().toISOString() },
      priority: 'normal',
      timestamp: new Date().toISOString(),
    })
  await publish('started')
  expect(await statusOf('discovery')).toMatchObject({ status: 'healthy', metadata: { version: '1.4.0' } })
  await publish('stopped')
  expect(await statusOf('discovery')).toMatchObject({ status: 'dead', metadata: { state: 'stopped' } })
  await publish('ready')
  expect(await statusOf('discovery')).toMatchObject({ status: 'healthy' })
})

test('registrations and counters outlive the collector', async () => {
  const data = await dataDirectory()
  const { url } = await service()
  const first = await mesh({ data })
  await first.client.post(REGISTER, { service_id: 'billing', health_url: url, ...quick })
  await first.client.post(REGISTER, { service_id: 'mute', interval_seconds: 7 })
  const before = await first.until('billing', ({ metrics }) => metrics.heartbeat_count >= 2)
  await first.hub.collector.close()
  const second = await mesh({ data })
  expect(await second.statusOf('mute')).toMatchObject({ config: { interval_seconds: 7 } })
  const after = await second.statusOf('billing')
  expect(after.metrics.heartbeat_count).toBeGreaterThanOrEqual(before.metrics.heartbeat_count)
  expect(after.metadata.registered_at).toBe(before.metadata.registered_at)
  const more = after.metrics.heartbeat_count
  await second.until('billing', ({ metrics }) => metrics.heartbeat_count > more)
}, 120_000)

test('a health address that may not be called is refused at once', async () => {
  const { client } = await mesh({ pullPrivate: 'refuse' })
  const refused = [
    ['http://127.0.0.1:1/health', 'HUBLINE_PULL_PRIVATE=allow'],
    ['http://localhost:1/health', 'HUBLINE_PULL_PRIVATE=allow'],
    ['http://[::ffff:10.0.0.1]/health', 'HUBLINE_PULL_PRIVATE=allow'],
    ['http://169.254.169.254/latest/meta-data', 'no setting'],
    ['ftp://example.com/health', 'http or https'],
    ['http://user:secret@example.com/', 'without a password'],
    ['not an address', 'http or https'],
  ] as const
  for (const [health_url, reason] of refused) {
    const { status, body } = await client.post(REGISTER, { service_id: 'a', health_url })
    expect([health_url, status, body.error]).toEqual([health_url, 422, 'validation_failed'])
    expect(body.errors.health_url[0]).toContain(reason)
  }
  expect((await client.get(STATUS)).body).toEqual({})
})

test('a redirect is no success and is not followed', async () => {
  const { client, until } = await mesh()
  const { url, become } = await service()
  await become({ status: 302 })
  await client.post(REGISTER, {
    service_id: 'a',
    health_url: url,
    ...quick,
    interval_seconds: 600,
    timeout_seconds: 600,
  })
  const status = await until('a', ({ metrics }) => metrics.consecutive_failures === 1)
  expect(status.metadata.last_error).toBe('answered 302, not 200')
  expect((await become({})).calls).toBe(1)
})

test('what cannot be registered is named', async () => {
  const { client } = await mesh()
  const ask = async (body: object, query = '') => (await client.post(REGISTER + query, body)).body
  expect((await ask({})).errors).toEqual({ service_id: ['is required'] })
  expect(Object.keys((await ask({ service_id: 'a', interval_seconds: 0, colour: 1 })).errors)).toContain(
    'interval_seconds',
  )
  expect((await ask({ service_id: 'a' }, '?timeout_seconds=soon')).message).toMatch(/^timeout_seconds /)
  expect((await client.get(`${STATUS}/nobody`)).status).toBe(404)
})

test('a token registers and reads its own source, and only an admin says what is called', async () => {
  const { hub } = await mesh({
    tokens: 'admin:*:boss,ingest:shop:shop-in,ingest:*:all-in,read:shop:shop-out,read:*:out',
  })
  const as = (token: string) => new Client(hub.url, { authorization: `Bearer ${token}` })
  const [boss, own, all] = [as('boss'), as('shop-in'), as('all-in')]
  expect((await own.post(REGISTER, { service_id: 'shop' })).status).toBe(200)
  expect((await own.post(REGISTER, { service_id: 'stock' })).body.error).toBe('source_mismatch')
  expect((await own.post(REGISTER, { service_id: 'shop', service_name: 'stock' })).body).toEqual({
    error: 'source_mismatch',
    message: 'the token is bound to the source "shop", not "stock"',
  })
  const called = { service_id: 'stock', health_url: 'http://127.0.0.1:1/health' }
  expect((await all.post(REGISTER, called)).body.error).toBe('insufficient_permissions')
  expect((await boss.post(REGISTER, called)).status).toBe(200)
  // Whoever may not say what is called leaves it as it is.
  expect((await all.post(REGISTER, { service_id: 'stock' })).status).toBe(200)
  expect((await as('out').get(`${STATUS}/stock`)).body.metadata.health_url).toBe(called.health_url)
  expect(Object.keys((await as('shop-out').get(STATUS)).body)).toEqual(['shop'])
  expect((await as('shop-out').get('/api/v1/heartbeat/summary')).body.total_services).toBe(1)
  expect((await as('shop-out').get(`${STATUS}/stock`)).status).toBe(404)
  expect((await all.get(STATUS)).status).toBe(403)
  expect((await all.delete(`${STATUS}/stock`)).status).toBe(403)
  expect((await new Client(hub.url).get(STATUS)).status).toBe(401)
})
