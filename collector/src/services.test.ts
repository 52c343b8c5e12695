import { expect, test, vi } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json } from './testing/collector.ts'

/** The monitors are looked at so often that a test need not wait. */
const limits = { monitorEveryMs: 10 }

test('a service goes from up to late to silent, and back', async () => {
  let now = Date.UTC(2026, 0, 31)
  const hub = await collectorForTest({ clock: () => now, limits })
  const send = (type: string, payload: object) => {
    return hub.events(
      event({ type, payload, instance: 'a', env: 'test', occurred_at: new Date(now).toISOString() }),
    )
  }
  const state = async () => (await hub.get('/api/v1/services/shop')).body.state
  const becomes = (wanted: string) => vi.waitFor(async () => expect(await state()).toBe(wanted), 15_000)
  await send('AppRegistered', { version: '1.2.3', env: 'test', heartbeat_interval_s: 10 })
  expect(await state()).toBe('up')
  expect((await hub.get('/api/v1/services/shop')).body.last_heartbeat).toBe(null)
  now += 16_000
  await becomes('late')
  now += 15_000
  await becomes('silent')
  await send('AgentHeartbeat', { status: 'healthy', interval_s: 30 })
  now += 40_000
  expect(await state()).toBe('up')
  await send('LifecycleChanged', { state: 'stopped' })
  expect(await state()).toBe('stopped')
  const beatAt = new Date(now - 40_000).toISOString()
  expect((await hub.get('/api/v1/services/shop')).body.last_heartbeat).toBe(beatAt)
  const { body } = await hub.get('/api/v1/services')
  expect(body.data).toMatchObject([
    {
      name: 'shop',
      env: 'test',
      version: '1.2.3',
      counts: { events: 3 },
      events_by_type: { AppRegistered: 1, AgentHeartbeat: 1, LifecycleChanged: 1 },
      instances: [{ instance: 'a', heartbeat_interval_s: 30, status: 'healthy', lifecycle: 'stopped' }],
    },
  ])
  expect((await hub.get('/api/v1/hub/sources')).body).toEqual({
    data: [{ id: 'shop', type: 'service', status: 'stopped' }],
  })
})

test('what is known outlives a restart', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  await first.events([
    event({ instance: 'a' }),
    event({ instance: 'b', type: 'ErrorReported', payload: { message: 'x' } }),
  ])
  const before = (await first.get('/api/v1/services')).body
  await first.collector.close()
  const second = await collectorForTest({ data })
  expect((await second.get('/api/v1/services')).body).toEqual(before)
  expect(before.data[0]).toMatchObject({ counts: { events: 2, errors: 1 } })
})

test('a replayed heartbeat tells of then, not of now', async () => {
  const now = Date.UTC(2026, 0, 31)
  const hub = await collectorForTest({ clock: () => now })
  const occurred_at = new Date(now - 3_600_000).toISOString()
  await hub.events([
    event({ type: 'AgentHeartbeat', payload: { status: 'healthy', interval_s: 60 }, occurred_at }),
  ])
  const { body } = await hub.get('/api/v1/services/shop')
  expect(body).toMatchObject({ state: 'silent', last_heartbeat: occurred_at })
})

test('a new start on the same host shows that the silent one before it crashed', async () => {
  let now = Date.UTC(2026, 0, 31)
  const hub = await collectorForTest({ clock: () => now, limits })
  const start = (instance: string) => {
    const payload = { version: '1', env: 'test', host: 'box-1', heartbeat_interval_s: 10 }
    return hub.events(
      event({ type: 'AppRegistered', payload, instance, occurred_at: new Date(now).toISOString() }),
    )
  }
  await start('first')
  now += 20_000
  await start('second')
  const states = async () => {
    const { body } = await hub.get('/api/v1/services/shop')
    return Object.fromEntries(body.instances.map(({ instance, state }: Json) => [instance, state]))
  }
  const become = (wanted: object) => vi.waitFor(async () => expect(await states()).toEqual(wanted), 15_000)
  await become({ first: 'late', second: 'up' })
  now += 60_000
  await become({ first: 'crashed', second: 'silent' })
  await start('third')
  expect(await states()).toEqual({ first: 'crashed', second: 'crashed', third: 'up' })
})
