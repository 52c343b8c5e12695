import { expect, test } from 'vitest'
import { type Json } from './testing/collector.ts'
import {
  becomes,
  history,
  passAndLook,
  monitors,
  Sender,
  service,
  TestTime,
  watchfulCollector,
} from './testing/watched.ts'

test('every change of state is kept, with why and by which event', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time, { instance: 'a', env: 'live' })
  const { body: registered } = await shop.register(10)
  time.pass(16)
  await becomes(hub, 'late')
  time.pass(15)
  await becomes(hub, 'silent')
  await shop.beat()
  await shop.stop()
  const { body } = await hub.get('/api/v1/services/shop/transitions?order=asc&scope=instance')
  const begun = Date.UTC(2026, 0, 31)
  const at = (seconds: number) => new Date(begun + seconds * 1000).toISOString()
  expect(body.data).toMatchObject([
    { from: 'unknown', to: 'up', reason: 'registered', at: at(0), event_id: registered.id },
    { from: 'up', to: 'late', reason: 'missed_beat', at: at(15), event_id: null },
    { from: 'late', to: 'silent', reason: 'silence', at: at(30), event_id: null },
    { from: 'silent', to: 'up', reason: 'heartbeat', at: at(31), env: 'live', instance: 'a' },
    { from: 'up', to: 'stopped', reason: 'goodbye', at: at(31) },
  ])
  const silences = await hub.get('/api/v1/transitions?to=silent&scope=service')
  expect(silences.body.data).toMatchObject([{ service: 'shop', env: 'live', instance: null, from: 'late' }])
})

test('changes of state are read page by page, in either order', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time)
  for (let round = 0; round < 4; round++) {
    await shop.register(10)
    time.pass(1)
    await shop.stop()
    time.pass(1)
  }
  for (const order of ['asc', 'desc']) {
    const seen: string[] = []
    for (let cursor = '', more = true; more;) {
      const { body } = await hub.get(`/api/v1/transitions?order=${order}&limit=3&cursor=${cursor}`)
      seen.push(...body.data.map((one: Json) => one.cursor))
      cursor = body.next_cursor
      more = body.has_more
    }
    expect(new Set(seen).size).toBe(16)
    expect(order === 'asc' ? seen : seen.toReversed()).toEqual(seen.toSorted())
  }
})

test('a monitor says what is expected and what was missed', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const shop = new Sender(hub, time, { instance: 'a' })
  await shop.register(10)
  await shop.beat()
  const expected = {
    service: 'shop',
    instance: 'a',
    state: 'up',
    interval_s: 10,
    interval_source: 'declared',
    grace_s: 20,
    expected_by: new Date(time.now + 10_000).toISOString(),
    silent_after: new Date(time.now + 30_000).toISOString(),
    heartbeats: 1,
    missed: 0,
  }
  expect(await monitors(hub)).toMatchObject([expected])
  time.pass(31)
  await becomes(hub, 'silent')
  expect(await monitors(hub, 'state=silent')).toMatchObject([{ consecutive_missed: 3, silent_after: null }])
  expect(await monitors(hub, 'state=up')).toEqual([])
})

test('the interval of one that declares none is learned', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const cron = new Sender(hub, time, { source: 'backup' })
  await cron.beat()
  expect(await monitors(hub)).toMatchObject([{ interval_s: 300, interval_source: 'default' }])
  for (const gap of [3600, 3601, 3599, 90_000, 3600]) {
    time.pass(gap)
    await cron.beat()
  }
  expect(await monitors(hub)).toMatchObject([{ interval_s: 3600, interval_source: 'learned', state: 'up' }])
  time.pass(3600 + 3600)
  await becomes(hub, 'silent', 'backup')
})

test('runs of a job that name themselves anew are one monitor, and leave no crowd', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  for (let run = 0; run < 120; run++) {
    await new Sender(hub, time, { source: 'job', instance: `run-${run}` }).beat()
    time.pass(60)
  }
  await passAndLook(hub, time, 20)
  const all = await monitors(hub, 'service=job&limit=500')
  expect(all.find(({ instance }) => instance === null)).toMatchObject({
    interval_s: 60,
    interval_source: 'learned',
    state: 'up',
  })
  expect(all.filter(({ state }) => state === 'silent' || state === 'late')).toEqual([])
  expect(all.length).toBeLessThan(80)
  time.pass(180)
  await becomes(hub, 'silent', 'job')
})

test('instances that came and went are forgotten but for the newest', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  for (let run = 0; run < 70; run++) {
    const process = new Sender(hub, time, { instance: `pod-${run}`, env: 'live' })
    await process.register(10)
    time.pass(1)
    await process.stop()
  }
  await passAndLook(hub, time, 120)
  const { environments, instances, counts } = await service(hub)
  expect(environments).toMatchObject([{ env: 'live', instances: { stopped: 50 } }])
  expect([instances.length, instances[0].instance, counts.events]).toEqual([50, 'pod-69', 140])
})

test('one name in two environments is two services', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const live = new Sender(hub, time, { env: 'live' })
  const test = new Sender(hub, time, { env: 'test' })
  await live.register(10)
  await test.register(1000)
  await passAndLook(hub, time, 31)
  expect(await service(hub)).toMatchObject({
    state: 'up',
    environments: [
      { env: 'live', state: 'silent', instances: { silent: 1 } },
      { env: 'test', state: 'up' },
    ],
  })
  expect(await history(hub, 'scope=service&env=test')).toEqual(['unknown > up (registered)'])
  expect((await history(hub, 'scope=service&env=live')).at(-1)).toBe('late > silent (silence)')
})

test('what names no environment belongs to the one that its instance named', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const app = new Sender(hub, time, { instance: 'a' })
  await app.beat()
  await app.say('AppRegistered', { version: '1', env: 'live' })
  await app.beat()
  expect((await service(hub)).environments).toMatchObject([{ env: 'live', state: 'up' }])
  expect((await service(hub)).instances).toMatchObject([
    { instance: 'a', env: 'live', counts: { events: 3 } },
  ])
})

test('a rolling deployment never takes the service down', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const pods = ['a', 'b', 'c', 'd'].map((instance) => new Sender(hub, time, { instance }))
  await pods[0]!.register(10, 'host-a')
  await pods[1]!.register(10, 'host-b')
  for (const [gone, come] of [
    [0, 2],
    [1, 3],
  ] as const) {
    await pods[come]!.register(10, `host-${come}`)
    await pods[gone]!.stop()
    time.pass(5)
  }
  expect(await service(hub)).toMatchObject({ state: 'up', instances_up: 2 })
  expect(await history(hub)).toEqual(['unknown > up (registered)'])
})

test('one that promised nothing is not missed', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  await new Sender(hub, time).say('shop.order.placed')
  expect((await service(hub)).state).toBe('up')
  time.pass(901)
  await becomes(hub, 'unknown')
  expect(await history(hub)).toEqual(['unknown > up (seen)', 'up > unknown (no_promise)'])
})

test('a start finds the silent one before it, also where it keeps its name', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const app = new Sender(hub, time, { instance: 'fixed' })
  await app.register(10)
  time.pass(60)
  await becomes(hub, 'silent')
  await app.register(10)
  expect((await history(hub, 'scope=instance')).slice(-2)).toEqual([
    'silent > crashed (replaced)',
    'crashed > up (registered)',
  ])
})
