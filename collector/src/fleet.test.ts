import { expect, test, vi } from 'vitest'
import { collectorForTest, event, type Json } from './testing/collector.ts'
import { exportOf } from './testing/spans.ts'

const MINUTE = 60_000
const iso = (ms: number) => new Date(ms).toISOString()

test('the fleet is told at a glance: requests, uptime, starts and deploys of all services', async () => {
  // Half a minute after a whole hour, so that every window begins where a step does.
  const now = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE + MINUTE / 2
  const hub = await collectorForTest({ clock: () => now, limits: { monitorEveryMs: 10 } })
  const register = (instance: string, version: string, ago: number) =>
    event({
      type: 'AppRegistered',
      instance,
      env: 'test',
      occurred_at: iso(now - ago),
      payload: { version, env: 'test', heartbeat_interval_s: 3600 },
    })
  await hub.events([
    register('a', '1.0.0', 50 * MINUTE),
    register('b', '1.0.0', 50 * MINUTE - 5000),
    register('c', '2.0.0', 10 * MINUTE),
    event({
      type: 'LifecycleChanged',
      instance: 'a',
      env: 'test',
      occurred_at: iso(now - 6 * MINUTE),
      payload: { state: 'crashed' },
    }),
  ])
  const spans = Array.from({ length: 40 }, (_, n) => ({
    service: 'shop',
    trace: n + 1,
    id: n + 1,
    kind: 'server' as const,
    ms: n < 20 ? 10 : 100,
    status: n % 10 === 0 ? ('error' as const) : ('ok' as const),
    // Half of them two minutes ago and slow, the others before.
    start: now - (n < 20 ? 30 : 2) * MINUTE,
  }))
  expect((await hub.post('/v1/traces', exportOf(...spans))).status).toBe(200)
  const only = async (query = ''): Promise<Json> => {
    const { body } = await hub.get(`/api/v1/fleet${query}`)
    expect(body.services).toHaveLength(1)
    return { ...body, ...body.services[0] }
  }
  await vi.waitFor(async () => expect((await only()).instances).toEqual({ up: 2, crashed: 1 }), 15_000)

  const { requests, uptime, marks, ...hour } = await only()
  expect(hour).toMatchObject({
    name: 'shop',
    state: 'up',
    step_s: 60,
    instances_up: 2,
    started_at: iso(now - 10 * MINUTE),
    triage: { message: expect.any(String) },
  })
  expect(requests).toMatchObject({ total: 40, errors: 4, error_ratio: 0.1 })
  // Of a service that is younger than the window, over the time that it took any.
  expect(requests.calls_per_second).toBeCloseTo(40 / (30.5 * 60), 3)
  expect(requests.series.calls).toHaveLength(60)
  expect(requests.series.calls.filter(Boolean)).toEqual([20, 20])
  expect(requests.series.calls.at(-3)).toBe(20)
  expect(requests.series.errors.at(-3)).toBe(2)
  expect(requests.series.p50_ms.at(-3)).toBeGreaterThan(95)
  expect(requests.series.p50_ms.at(-2)).toBe(null)
  expect(requests.p95_ms).toBeGreaterThan(95)
  expect(marks).toEqual([
    { kind: 'start', at: iso(now - 50 * MINUTE), version: '1.0.0', instances: 2 },
    { kind: 'deploy', at: iso(now - 10 * MINUTE), version: '2.0.0', instances: 1 },
    { kind: 'crash', at: iso(now - 6 * MINUTE), version: '1.0.0', instances: 1 },
  ])
  expect(uptime.states).toHaveLength(48)
  expect(uptime).toMatchObject({ step_s: 1800, since: iso(now - 24 * 60 * MINUTE) })
  expect(uptime.states.at(-1)).toBe('up')

  for (const [window, step, buckets] of [
    ['6h', 300, 72],
    ['24h', 3600, 24],
    ['7d', 10_800, 56],
  ] as const) {
    const answer = await only(`?window=${window}`)
    expect([answer.step_s, answer.requests.series.calls.length]).toEqual([step, buckets])
    expect(answer.requests.series.calls.reduce((sum: number, calls: number) => sum + calls, 0)).toBe(40)
    expect(answer.requests).toMatchObject({ total: 40, errors: 4 })
  }
  expect((await hub.get('/api/v1/fleet?service=nobody')).body.services).toEqual([])
  expect((await hub.get('/api/v1/fleet?window=2h')).status).toBe(400)
})

test('a token that is bound to a source sees that service alone, and a service without requests has none', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:send-all,read:shop:look-shop' })
  const sent = { authorization: 'Bearer send-all' }
  await hub.events([event({ source: 'shop' }), event({ source: 'billing' })], sent)
  const { body } = await hub.get('/api/v1/fleet', { authorization: 'Bearer look-shop' })
  expect(body.services).toMatchObject([{ name: 'shop', requests: null, marks: [], started_at: null }])
})
