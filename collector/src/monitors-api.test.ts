import { expect, test } from 'vitest'
import { monitorPageSchema, transitionPageSchema } from './api/monitor-schemas.ts'
import { deliverySchema, serviceSchema, uptimeSchema } from './api/service-schemas.ts'
import { collectorForTest } from './testing/collector.ts'
import { openStream } from './testing/event-stream.ts'
import {
  becomes,
  monitors,
  passAndLook,
  Sender,
  service,
  TestTime,
  watchfulCollector,
} from './testing/watched.ts'

const JSON_BODY = { 'content-type': 'application/json' }

function put(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'PUT', headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(body) })
}

test('an administrator says what is expected instead of the sender, and takes it back', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  await new Sender(hub, time).register(10)
  const set = await put(`${hub.url}/api/v1/monitors/shop?env=test`, { interval_s: 600, grace_s: 60 })
  expect(await set.json()).toMatchObject({
    data: [{ service: 'shop', interval_s: 600, interval_source: 'set', grace_s: 60 }],
  })
  await passAndLook(hub, time, 600)
  expect((await service(hub)).state).toBe('up')
  time.pass(61)
  await becomes(hub, 'silent')
  await put(`${hub.url}/api/v1/monitors/shop?env=test`, { interval_s: null, grace_s: null })
  expect(await monitors(hub, 'service=shop')).toMatchObject([{ interval_s: 10, interval_source: 'declared' }])
})

test('what cannot be set is refused with the reason', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  await new Sender(hub, time, { env: 'live' }).beat()
  const refused = async (path: string, body: unknown) => {
    const response = await put(`${hub.url}/api/v1/monitors/${path}`, body)
    return [response.status, ((await response.json()) as { message: string }).message]
  }
  const whole = { interval_s: 60, grace_s: null }
  expect(await refused('shop?env=live', { interval_s: 0, grace_s: null })).toEqual([
    422,
    'interval_s must be at least 1 second',
  ])
  expect(await refused('shop', whole)).toEqual([
    404,
    'env is not given, where "shop" has no monitor; it must be "live"',
  ])
  expect(await refused('nobody', whole)).toEqual([404, 'nothing has come from a service "nobody"'])
  expect((await refused('shop?env=live', whole))[0]).toBe(200)
})

test.each([
  [
    'monitors?state=dead',
    'state is "dead"; it must be unknown or up or late or silent or stopped or crashed',
  ],
  ['monitors?cursor=x', 'cursor is "x"; it must be a cursor as an earlier answer gave it'],
  ['transitions?scope=all', 'scope is "all"; it must be service or instance'],
  ['services/shop/uptime?window=1y', 'window is "1y"; it must be 24h or 7d or 30d'],
  ['services/shop/uptime?buckets=0', 'buckets is "0"; it must be a whole number from 1 to 200'],
])('%s is answered with what is wrong', async (path, message) => {
  const hub = await collectorForTest()
  const { status, body } = await hub.get(`/api/v1/${path}`)
  expect([status, body.message]).toEqual([400, message])
})

test('monitors are read page by page', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  for (const instance of ['a', 'b', 'c']) {
    for (const source of ['shop', 'till']) await new Sender(hub, time, { source, instance }).register(10)
  }
  const seen: string[] = []
  for (let cursor = '', more = true; more;) {
    const { body } = await hub.get(`/api/v1/monitors?limit=4&cursor=${cursor}`)
    for (const one of body.data) seen.push(`${one.service} ${one.instance}`)
    cursor = body.next_cursor
    more = body.has_more
  }
  expect(seen).toEqual(['shop a', 'shop b', 'shop c', 'till a', 'till b', 'till c'])
})

test('a token that is bound to one source sees its own alone', async () => {
  const time = new TestTime()
  const tokens = 'ingest:*:all-in,read:shop:shop-out,read:*:all-out,admin:*:boss'
  const hub = await watchfulCollector(time, { tokens })
  const event = (source: string) => ({
    type: 'AgentHeartbeat',
    source,
    occurred_at: new Date(time.now).toISOString(),
    payload: { status: 'healthy' },
  })
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` })
  for (const source of ['shop', 'till']) await hub.events(event(source), as('all-in'))
  const services = async (path: string, secret: string) => {
    const { status, body } = await hub.get(`/api/v1/${path}`, as(secret))
    return status === 200 ? [...new Set(body.data.map((one: { service: string }) => one.service))] : status
  }
  for (const path of ['monitors', 'transitions']) {
    expect(await services(path, 'shop-out')).toEqual(['shop'])
    expect(await services(path, 'all-out')).toEqual(
      path === 'monitors' ? ['shop', 'till'] : expect.anything(),
    )
    expect(await services(`${path}?service=till`, 'shop-out')).toBe(403)
  }
  for (const path of ['services/till', 'services/till/transitions', 'services/till/uptime']) {
    expect(await services(path, 'shop-out')).toBe(404)
  }
  const url = `${hub.url}/api/v1/monitors/shop`
  const body = { interval_s: 60, grace_s: null }
  expect((await put(url, body, as('all-out'))).status).toBe(403)
  expect((await put(url, body, as('boss'))).status).toBe(200)
})

test('changes of state are streamed as they happen, and resumed without a gap', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time)
  const open = (headers = {}) => openStream(hub, '?scope=service', headers, '/api/v1/transitions/stream')
  const first = await open()
  await shop.register(10)
  time.pass(16)
  expect((await first.take(2)).map(({ event }) => event.to)).toEqual(['up', 'late'])
  first.close()
  await shop.beat()
  await shop.stop()
  const second = await open({ 'last-event-id': first.lastId() })
  expect((await second.take(2)).map(({ event }) => event.to)).toEqual(['up', 'stopped'])
  second.close()
})

test('what heartbeat and traffic say together is told in words', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time)
  const told = async () => (await service(hub)).triage
  await shop.beat()
  expect(await told()).toMatchObject({
    code: 'no_traffic',
    message: 'alive, but there never was traffic or tracing',
  })
  await shop.say('InteractionDetected', { action: 'GET /' })
  expect(await told()).toMatchObject({ code: 'ok', message: 'alive, with traffic' })
  await shop.stop()
  expect(await told()).toMatchObject({ code: 'stopped', message: 'it said goodbye' })
})

test('the uptime of a service comes in steps', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time, { env: 'live' })
  await shop.register(1800)
  await passAndLook(hub, time, 7200)
  await shop.beat()
  await passAndLook(hub, time, 1800)
  const { body } = await hub.get('/api/v1/services/shop/uptime?window=24h&buckets=24')
  const [{ env, uptime, seconds, buckets }] = body.environments
  expect([env, buckets.length]).toEqual(['live', 24])
  expect(seconds).toMatchObject({ up: 4500, late: 2700, silent: 1800, unknown: 86_400 - 9000 })
  expect(uptime).toBe(7200 / 9000)
  expect(buckets[0].uptime).toBe(null)
  expect(buckets.at(-1).seconds.up).toBe(1800)
})

test('what is answered is as it is described', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time, { instance: 'a', env: 'live' })
  await shop.register(10)
  await shop.beat()
  const described = {
    'services/shop': serviceSchema,
    'services/shop/uptime': uptimeSchema,
    'services/shop/delivery': deliverySchema,
    'services/shop/transitions': transitionPageSchema,
    monitors: monitorPageSchema,
  }
  for (const [path, schema] of Object.entries(described)) {
    const { body } = await hub.get(`/api/v1/${path}`)
    expect(schema.strict().safeParse(body).error, path).toBe(undefined)
  }
})
