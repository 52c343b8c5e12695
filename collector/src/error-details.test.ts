import { expect, test, vi } from 'vitest'
import { errorDetail, errorGroup, errorOccurrence, errorStory } from './api/error-schemas.ts'
import { collectorForTest, type Json } from './testing/collector.ts'
import { groups, only, Teller } from './testing/errors.ts'

test('an instance that registered says which version an error is of', async () => {
  const hub = await collectorForTest()
  const registered = {
    type: 'AppRegistered',
    source: 'shop',
    instance: 'shop-1',
    env: 'prod',
    occurred_at: '2026-01-31T11:00:00Z',
    payload: { version: '1.2.3', env: 'prod' },
  }
  await hub.events(registered)
  await new Teller(hub).event()
  expect(await only(hub)).toMatchObject({
    versions: ['1.2.3'],
    envs: ['prod'],
    seen_with: { instance: { values: [{ value: 'shop-1', count: 1 }], more: false } },
  })
})

test('the example has its stack as frames, those of the application first', async () => {
  const hub = await collectorForTest()
  await new Teller(hub).span()
  const { example } = await only(hub)
  expect(example.frames).toEqual([
    { index: 0, function: 'buy', file: '/app/src/shop.js', line: 10, column: 5, in_app: true },
    { index: 2, function: 'sell', file: '/app/src/routes/cart.js', line: 7, column: 1, in_app: true },
    {
      index: 1,
      function: '',
      file: '/app/node_modules/express/lib/router.js',
      line: 3,
      column: 4,
      in_app: false,
    },
  ])
  expect(example.stacktrace).toContain('at buy (/app/src/shop.js:10:5)')
})

test('counts have their hours and days', async () => {
  const now = Date.parse('2026-01-31T12:30:00Z')
  const hub = await collectorForTest({ clock: () => now })
  const teller = new Teller(hub)
  await teller.span({ span: 'b7ad6b7169203331', at: '2026-01-31T12:10:00Z' })
  await teller.span({ span: 'b7ad6b7169203332', at: '2026-01-31T12:20:00Z' })
  await teller.span({ span: 'b7ad6b7169203333', at: '2026-01-30T13:59:00Z' })
  const group = await only(hub)
  expect(group.series).toEqual({
    hourly: [
      { at: '2026-01-30T13:00:00.000Z', count: 1 },
      { at: '2026-01-31T12:00:00.000Z', count: 2 },
    ],
    daily: [
      { at: '2026-01-30T00:00:00.000Z', count: 1 },
      { at: '2026-01-31T00:00:00.000Z', count: 2 },
    ],
  })
  expect(group.last_24h).toEqual([1, ...Array.from({ length: 22 }, () => 0), 2])
})

test('the story before an error is that of its instance alone, the newest first', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const event = (type: string, at: string, instance: string) =>
    hub.events({ type, source: 'shop', instance, occurred_at: `2026-01-31T${at}Z`, payload: {} })
  await event('shop.cart.filled', '11:59:00', 'shop-1')
  await event('shop.cart.filled', '11:59:10', 'shop-2')
  await event('shop.too.late', '12:00:01', 'shop-1')
  await event('shop.too.old', '10:59:00', 'shop-1')
  await teller.log({ at: '2026-01-31T11:59:30Z', message: 'ignored', span: 'b7ad6b7169203339' })
  const { body } = await teller.event()
  const [{ id }] = await groups(hub, '?text=boom')
  const story = (await hub.get(`/api/v1/errors/${id}/before`)).body
  expect(story).toMatchObject({ service: 'shop', instance: 'shop-1', at: '2026-01-31T12:00:00.000Z' })
  expect(story.data.map((each: Json) => [each.kind, each.event?.type ?? each.log.event_name])).toEqual([
    ['log', 'exception'],
    ['event', 'shop.cart.filled'],
  ])
  expect(JSON.stringify(story)).not.toContain(body.id)
  expect((await hub.get(`/api/v1/errors/${id}/before?limit=1`)).body.data).toHaveLength(1)
})

test('a group and its example outlive the events and spans that told of them', async () => {
  const DAY_MS = 86_400_000
  let now = Date.parse('2026-01-31T12:00:00Z')
  const limits = { partRows: 10, retentionEveryMs: 20, retentionPace: Number.POSITIVE_INFINITY }
  const hub = await collectorForTest({ clock: () => now, limits, retention: '7d' })
  await new Teller(hub).event()
  const before = await only(hub)
  const others = Array.from({ length: 10 }, () => ({
    type: 'shop.noise',
    source: 'shop',
    occurred_at: '2026-01-31T12:00:00Z',
    payload: {},
  }))
  await hub.events(others)
  await hub.events(others)
  now += 9 * DAY_MS
  await hub.events(others[0])
  await vi.waitFor(async () => {
    expect((await hub.get(`/api/v1/hub/events/${before.example.event_id}`)).status).toBe(404)
  }, 15_000)
  expect((await only(hub)).example).toEqual(before.example)
})

test('an error of a sender that says no type is known by the first line of its stack', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  await teller.event({}, { error_type: undefined })
  await teller.span()
  expect(await only(hub)).toMatchObject({ type: 'TypeError', count: 1 })
})

test('answers are as the description of the API has them, no more and no less', async () => {
  const hub = await collectorForTest()
  await new Teller(hub).event({}, { route: '/cart', status: 500, handled: false, user_id: 'u-1' })
  await new Teller(hub).log({ at: '2026-01-31T11:59:00Z', span: 'b7ad6b7169203332', version: '1.0.0' })
  const [group] = await groups(hub)
  const path = `/api/v1/errors/${group.id}`
  const read = async (rest: string) => (await hub.get(path + rest)).body
  expect(errorGroup.parse(group)).toEqual(group)
  const detail = await read('')
  expect(errorDetail.parse(detail)).toEqual(detail)
  for (const each of (await read('/occurrences')).data) expect(errorOccurrence.parse(each)).toEqual(each)
  const story = await read('/before')
  expect(story.data).toHaveLength(1)
  expect(Object.keys(errorStory.parse(story) as Json)).toEqual(Object.keys(story))
})
