import { expect, test, vi } from 'vitest'
import { dataDirectory } from './testing/collector.ts'
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
    }, 15_000)
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
