import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fingerprint } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, type Json } from './testing/collector.ts'
import { groups, occurrences, only, Teller } from './testing/errors.ts'

type Way = 'event' | 'span' | 'log'
const ORDERS: Way[][] = [
  ['event', 'span', 'log'],
  ['event', 'log', 'span'],
  ['span', 'event', 'log'],
  ['span', 'log', 'event'],
  ['log', 'event', 'span'],
  ['log', 'span', 'event'],
]

test('a throw counts once in whichever order it is told of, and is known by all that is said', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  for (const [index, ways] of ORDERS.entries()) {
    const given = { service: ways.join(' '), span: `b7ad6b716920333${index}` }
    const tell = {
      event: () => teller.event(given, { route: '/cart', method: 'POST', status: 500, handled: false }),
      span: () => teller.span({ ...given, version: '1.2.0' }, {}, { 'user.id': 'u-7' }),
      log: () => teller.log({ ...given, env: 'prod', version: '1.2.0' }),
    }
    for (const way of ways) {
      await tell[way]()
      expect(await only(hub, given.service)).toMatchObject({ count: 1 })
    }
    const group = await only(hub, given.service)
    expect(group).toMatchObject({
      type: 'TypeError',
      message: 'boom',
      culprit: 'buy (/app/src/shop.js:10)',
      state: 'open',
      count: 1,
      first_seen: '2026-01-31T12:00:00.000Z',
      last_seen: '2026-01-31T12:00:00.000Z',
      example: {
        told_by: ['event', 'span_event', 'log'],
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: given.span,
        instance: 'shop-1',
        route: '/cart',
        status: 500,
        event_id: expect.any(String),
      },
    })
    expect(await occurrences(hub, group.id)).toMatchObject([
      { told_by: ['event', 'span_event', 'log'], status: 500, user: 'u-7', version: '1.2.0' },
    ])
  }
})

test('an ErrorReported and an exception of OTLP land in the group that the client named', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const stack = 'RangeError: x\n    at pay (/app/src/pay.js:1:2)'
  const print = fingerprint({ error_type: 'RangeError', message: 'x', trace: stack })
  await teller.event({ type: 'RangeError', message: 'x', stack }, { fingerprint: print })
  const moved = stack.replace('/app/src/pay.js:1:2', 'file:///srv/shop/src/pay.js:99:1')
  await teller.span({ type: 'RangeError', message: 'x 2', stack: moved, span: 'b7ad6b7169203332' })
  expect(await only(hub)).toMatchObject({ count: 2, fingerprint: print, fingerprint_version: 2 })
})

test('a group of an older algorithm goes on where its clients still name it', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const old = { fingerprint: 'v1:0123456789abcdef' }
  await teller.event({}, old)
  await teller.event({ span: 'b7ad6b7169203332' }, { fingerprint: undefined })
  await teller.event({ span: 'b7ad6b7169203333', stack: 'at moved (/app/src/b.js:1:1)' }, old)
  const group = await only(hub)
  expect(group.count).toBe(3)
  expect(group.fingerprints).toContain('v1:0123456789abcdef')
})

test('a fingerprint that somebody chose groups what the stack would not, whoever tells of it first', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const at = (span: string, line: string) => ({
    span,
    stack: `Error\n    at ${line} (/app/src/${line}.js:1:1)`,
  })
  const [one, other] = [at('b7ad6b7169203331', 'a'), at('b7ad6b7169203332', 'b')]
  await teller.span(one)
  await teller.event(one, { fingerprint: 'declined' })
  await teller.log(other, { 'hub.error.fingerprint': 'declined' })
  await teller.span(other)
  expect(await only(hub)).toMatchObject({
    count: 2,
    fingerprint: 'chosen:declined',
    fingerprint_version: null,
  })
})

test('a service that names the span of another neither hides nor moves its errors', async () => {
  const hub = await collectorForTest()
  const tell = new Teller(hub)
  await tell.span({ service: 'rival' })
  await tell.event({ service: 'shop' })
  await tell.log({ service: 'rival' }, { 'hub.error.fingerprint': 'chosen by another' })
  await tell.span({ service: 'shop' })
  await tell.log({ service: 'shop' })
  const { data } = (await hub.get('/api/v1/errors?sort=first_seen')).body
  expect(data.map(({ service, count }: Json) => `${service} ${count}`).sort()).toEqual(['rival 1', 'shop 1'])
  const { exceptions } = (await hub.get('/api/v1/traces/0af7651916cd43dd8448eb211c80319c')).body
  expect(exceptions.map(({ service }: Json) => service).sort()).toEqual(['rival', 'shop'])
})

test('messages with other numbers are one group where there is no stack, other routes are others', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const say = (message: string, span: string) => teller.log({ message, span, stack: '' })
  await say('no user 42 in "x"', 'b7ad6b7169203331')
  await say('no user 7 in "y"', 'b7ad6b7169203332')
  await say('no cart 7 in "y"', 'b7ad6b7169203333')
  expect((await groups(hub, '?sort=count')).map(({ count }) => count)).toEqual([2, 1])
})

test('what happened outside any span is told apart by its event', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const id = '01KG7Z3N8Q4M6T2V7X5B1C0D9E'
  await teller.log({ trace: '' }, { 'hub.event.id': id })
  await teller.event({ trace: '' }, {}, { id })
  expect(await only(hub)).toMatchObject({ count: 1 })
  await teller.log({ trace: '' })
  await teller.log({ trace: '' })
  expect(await only(hub)).toMatchObject({ count: 3 })
  // Zeros are no trace and no span, so two errors that say so are two.
  const nowhere = { trace: '0'.repeat(32), span: '0'.repeat(16) }
  await teller.event(nowhere)
  await teller.event(nowhere)
  expect(await only(hub)).toMatchObject({ count: 5, example: { trace_id: null, span_id: null } })
  expect((await hub.get(`/api/v1/traces/${nowhere.trace}`)).status).toBe(404)
})

test('a storm that a client folded counts once, though its spans tell of each', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  const span = (number: number) => `b7ad6b71692033${(number + 16).toString(16)}`
  await teller.event({ span: span(0) })
  for (const number of [0, 1, 2]) await teller.span({ span: span(number) })
  expect(await only(hub)).toMatchObject({ count: 3 })
  await teller.event({ trace: '' }, { folded: true, count: 5 })
  expect(await only(hub)).toMatchObject({ count: 6, example: { count: 1 } })
  for (const number of [3, 4, 5]) await teller.span({ span: span(number) })
  expect(await only(hub)).toMatchObject({ count: 6 })
  await teller.span({ span: span(6) })
  expect(await only(hub)).toMatchObject({ count: 7 })
})

test('counts, states and examples are there after a restart, and what was counted is not counted again', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  await new Teller(first).event()
  await new Teller(first).span({ span: 'b7ad6b7169203332' })
  const before = await only(first)
  await first.post(`/api/v1/errors/${before.id}/resolve`, { version: '9.0.0' })
  await first.collector.close()
  const second = await collectorForTest({ data })
  await new Teller(second).span()
  await new Teller(second).log({ span: 'b7ad6b7169203332' })
  expect(await only(second)).toMatchObject({
    id: before.id,
    count: 2,
    state: 'resolved',
    resolved_in: '9.0.0',
  })
})

test('what a crash kept from the catalog is gathered from the parts at the next start', async () => {
  const options = { data: await dataDirectory(), clock: () => Date.parse('2026-01-31T12:00:30Z') }
  const first = await collectorForTest(options)
  const teller = new Teller(first)
  await teller.event({}, { status: 500 })
  await teller.span()
  await teller.log({ span: 'b7ad6b7169203332', version: '1.2.0' })
  const before = await only(first)
  await first.collector.close()
  const catalog = new DatabaseSync(join(options.data, 'catalog.db'))
  const tables = catalog.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'error_%'",
  )
  for (const { name } of tables.all()) catalog.exec(`DELETE FROM ${name as string}`)
  catalog.exec('DELETE FROM exceptions; UPDATE watermarks SET seq = 0; UPDATE parts SET rows = 0')
  catalog.close()
  const second = await collectorForTest(options)
  expect(await only(second)).toEqual(before)
})
