import { expect, test, vi } from 'vitest'
import { dataDirectory, type Json } from './testing/collector.ts'
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

test('after the time in which the collector was away everybody has a whole interval and its grace', async () => {
  const time = new TestTime()
  const data = await dataDirectory()
  const first = await watchfulCollector(time, { data })
  await new Sender(first, time).register(60)
  const begun = time.now
  await passAndLook(first, time, 30)
  await first.collector.close()
  time.pass(3600)
  const second = await watchfulCollector(time, { data })
  await passAndLook(second, time, 89)
  expect((await service(second)).state).toBe('up')
  time.pass(92)
  await becomes(second, 'silent')
  expect(await history(second)).toEqual([
    'unknown > up (registered)',
    'up > late (missed_beat)',
    'late > silent (silence)',
  ])
  const { body } = await second.get('/api/v1/services/shop/uptime')
  const [{ seconds }] = body.environments
  expect(seconds.unobserved).toBe(3600)
  expect(seconds).toMatchObject({ up: (time.now - begun) / 1000 - 3600 - 91, late: 90, silent: 1 })
})

test('one that is silent stays so through a restart, and is heard again after it', async () => {
  const time = new TestTime()
  const data = await dataDirectory()
  const first = await watchfulCollector(time, { data })
  await new Sender(first, time).register(10)
  time.pass(60)
  await becomes(first, 'silent')
  await first.collector.close()
  const second = await watchfulCollector(time, { data })
  expect((await service(second)).state).toBe('silent')
  await new Sender(second, time).beat()
  expect((await service(second)).state).toBe('up')
})

test('a clock that jumps makes nobody late, and does not hide who is', async () => {
  const time = new TestTime()
  let steady = 0
  const hub = await watchfulCollector(time, { elapsed: () => steady })
  const pass = (seconds: number) => {
    time.pass(seconds)
    steady += seconds * 1000
  }
  const shop = new Sender(hub, time)
  await shop.register(60)
  for (const jump of [7200, -86_400]) {
    const [before] = await monitors(hub)
    time.pass(jump)
    await vi.waitFor(async () => {
      const [after] = await monitors(hub)
      expect(Date.parse(after.expected_by) - Date.parse(before.expected_by)).toBe(jump * 1000)
    })
    expect((await service(hub)).state).toBe('up')
    pass(60)
    await shop.beat()
    expect((await service(hub)).state).toBe('up')
  }
  pass(91)
  await becomes(hub, 'late')
  pass(90)
  await becomes(hub, 'silent')
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

test('what a spool kept back wakes nobody and kills nobody', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const dead = new Sender(hub, time, { instance: 'dead', source: 'old' })
  const alive = new Sender(hub, time, { instance: 'alive' })
  await dead.register(10)
  await alive.register(10)
  time.pass(60)
  await becomes(hub, 'silent', 'old')
  await alive.beat()
  for (const age of [55, 45, 35]) {
    await dead.beat({}, age)
    await alive.beat({}, age)
    await alive.say('shop.order.placed', {}, age)
  }
  await passAndLook(hub, time, 5)
  expect(await history(hub, 'scope=service', 'old')).toHaveLength(3)
  expect((await service(hub, 'old')).state).toBe('silent')
  expect((await service(hub)).state).toBe('up')
})

test('a sender whose clock is wrong is heard all the same', async () => {
  const time = new TestTime()
  const hub = await watchfulCollector(time)
  const behind = new Sender(hub, time)
  await behind.say('AppRegistered', { heartbeat_interval_s: 60 }, 3600)
  for (let round = 0; round < 3; round++) {
    await behind.beat({}, 3600)
    time.pass(60)
  }
  await passAndLook(hub, time, 20)
  expect((await service(hub)).state).toBe('up')
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
