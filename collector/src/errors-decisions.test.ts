import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import {
  DAY_HOURS,
  ERROR_LIMITS,
  KEPT_DAYS,
  KEPT_HOURS,
  KEPT_OCCURRENCES,
  KEPT_VALUES,
} from './store/errors.ts'
import { collectorForTest, type Json, type TestCollector } from './testing/collector.ts'
import { Teller, type Throw } from './testing/errors.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 31, 12, minutes)).toISOString()
const list = async (hub: TestCollector, query = ''): Promise<Json[]> =>
  (await hub.get(`/api/v1/errors${query}`)).body.data

/** A collector with one group, whose clock stands at `minutes` after noon and can be set. */
async function withGroup(given: Throw = {}) {
  const clock = { minutes: 5 }
  const hub = await collectorForTest({ clock: () => Date.parse(at(clock.minutes)) })
  const teller = new Teller(hub)
  let spans = 0
  const again = (more: Throw = {}) =>
    teller.span({ at: at(clock.minutes), span: (++spans).toString(16).padStart(16, '0'), ...given, ...more })
  await again()
  const [{ id }] = await list(hub)
  const path = `/api/v1/errors/${id}`
  const decide = (what: string, body?: Json) => hub.post(`${path}/${what}`, body)
  const state = async () => (await hub.get(path)).body.state
  return { hub, clock, again, decide, state, path }
}

test('what is resolved regresses when it happens again', async () => {
  const { clock, again, decide, state } = await withGroup()
  const { status, body } = await decide('resolve')
  expect([status, body.state, body.state_since]).toEqual([200, 'resolved', at(5)])
  await again({ at: at(4) })
  expect(await state()).toBe('resolved')
  clock.minutes = 6
  await again()
  expect(await state()).toBe('regressed')
  expect((await decide('resolve', {})).body.state).toBe('resolved')
  expect((await decide('reopen')).body.state).toBe('open')
})

test('what is resolved in a version regresses from there on', async () => {
  const { clock, again, decide, state } = await withGroup({ version: '1.1.0' })
  expect((await decide('resolve', { version: '1.2.0' })).body).toMatchObject({
    state: 'resolved',
    resolved_in: '1.2.0',
  })
  clock.minutes = 6
  await again({ version: '1.1.9' })
  expect(await state()).toBe('resolved')
  await again({ version: '1.2.0' })
  expect(await state()).toBe('regressed')
})

test('of versions without an order those seen before the decision are older', async () => {
  const { clock, again, decide, state } = await withGroup({ version: '4f3a2b1' })
  await decide('resolve', { version: '9e8d7c6' })
  clock.minutes = 6
  await again({ version: '4f3a2b1' })
  expect(await state()).toBe('resolved')
  await again({ version: 'c0ffee1' })
  expect(await state()).toBe('regressed')
})

test('what is muted until a time is open then, for lists too', async () => {
  const { hub, clock, again, decide, state } = await withGroup()
  expect((await decide('mute', { for: '10m' })).body).toMatchObject({ state: 'muted', muted_until: at(15) })
  clock.minutes = 14
  await again()
  expect(await state()).toBe('muted')
  expect(await list(hub, '?state=open')).toEqual([])
  clock.minutes = 15
  expect(await state()).toBe('open')
  expect(await list(hub, '?state=open')).toHaveLength(1)
})

test('what is muted for some more occurrences is open after them', async () => {
  const { again, decide, state } = await withGroup()
  expect((await decide('mute', { more: 2 })).body).toMatchObject({ state: 'muted', muted_until_count: 3 })
  await again()
  expect(await state()).toBe('muted')
  await again()
  expect(await state()).toBe('open')
  await decide('mute')
  for (let times = 0; times < 5; times++) await again()
  expect(await state()).toBe('muted')
})

test('a decision that cannot be says what is wrong with it and changes nothing', async () => {
  const { decide, state } = await withGroup()
  const wrong: [string, Json, number, string][] = [
    ['resolve', { version: 7 }, 422, 'version'],
    ['resolve', { release: '1' }, 422, 'release'],
    ['mute', { until: '2026-01-31T12:00:00Z' }, 422, 'until must be a time to come'],
    ['mute', { until: 'later' }, 422, 'until'],
    ['mute', { for: '5 days' }, 422, 'for'],
    ['mute', { for: '1h', until: '2026-02-01T00:00:00Z' }, 422, 'for must not be given beside until'],
    ['mute', { more: 0 }, 422, 'more must be at least 1'],
    ['mute', 'no JSON', 400, 'JSON'],
  ]
  for (const [what, body, status, message] of wrong) {
    const answer = await decide(what, body)
    expect(answer, message).toMatchObject({ status, body: { message: expect.stringContaining(message) } })
  }
  expect(await state()).toBe('open')
})

test('what is not there, or is asked for wrongly, is refused with a reason', async () => {
  const hub = await collectorForTest()
  const wrong: [string, string, number, string][] = [
    [
      'GET',
      '/api/v1/errors/0123456789abcdef',
      404,
      'there is no group of errors with the id "0123456789abcdef"',
    ],
    ['GET', '/api/v1/errors/0123456789abcdef/occurrences', 404, 'no group'],
    ['GET', '/api/v1/errors/0123456789abcdef/before', 404, 'no group'],
    ['POST', '/api/v1/errors/0123456789abcdef/reopen', 404, 'no group'],
    ['GET', '/api/v1/errors/boom', 400, 'id is "boom"; it must be 16 hex digits'],
    [
      'GET',
      '/api/v1/errors?state=closed',
      400,
      'state is "closed"; it must be open, resolved, regressed, muted',
    ],
    ['GET', '/api/v1/errors?sort=name', 400, 'sort is "name"'],
    ['GET', '/api/v1/errors?cursor=x', 400, 'cursor is "x"'],
    ['GET', '/api/v1/errors?since=soon', 400, 'since is "soon"'],
  ]
  for (const [method, path, status, message] of wrong) {
    const answer = method === 'GET' ? await hub.get(path) : await hub.post(path, {})
    expect(answer, path).toMatchObject({ status, body: { message: expect.stringContaining(message) } })
  }
})

test('the list is narrowed by all that is known of a group', async () => {
  const hub = await collectorForTest({ clock: () => Date.parse(at(30)) })
  const teller = new Teller(hub)
  const span = (number: number) => number.toString(16).padStart(16, '0')
  await teller.span({ span: span(1), at: at(1), env: 'prod', version: '1.0.0' })
  await teller.span({ span: span(2), at: at(2), type: 'RangeError', message: 'Out of stock', env: 'test' })
  await teller.span({ span: span(3), at: at(3), service: 'cart' })
  const found = async (query: string) =>
    (await list(hub, query)).map(({ service, type }) => `${service} ${type}`)
  const [boom, range, cart] = ['shop TypeError', 'shop RangeError', 'cart TypeError']
  expect(await found('')).toEqual([cart, range, boom])
  expect(await found('?service=shop')).toEqual([range, boom])
  expect(await found('?env=prod')).toEqual([boom])
  expect(await found('?version=1.0.0')).toEqual([boom])
  expect(await found('?type=TypeError')).toEqual([cart, boom])
  expect(await found('?text=OUT%20of')).toEqual([range])
  expect(await found('?text=100%25')).toEqual([])
  expect(await found('?state=open,regressed')).toHaveLength(3)
  expect(await found('?state=muted')).toEqual([])
  expect(await found(`?since=${at(2)}`)).toEqual([cart, range])
  expect(await found(`?until=${at(2)}`)).toEqual([boom])
  expect(await found('?sort=first_seen&service=shop')).toEqual([range, boom])
})

test('pages go through all groups in each order, and miss and repeat none', async () => {
  const hub = await collectorForTest()
  const teller = new Teller(hub)
  for (let kind = 0; kind < 7; kind++) {
    for (let times = 0; times <= kind % 3; times++) {
      await teller.span({ type: `Error${kind}`, span: `1${kind}${times}`.padStart(16, '0'), at: at(kind) })
    }
  }
  for (const sort of ['last_seen', 'first_seen', 'count']) {
    const seen: Json[] = []
    for (let cursor = ''; ;) {
      const { body } = await hub.get(`/api/v1/errors?limit=2&sort=${sort}&cursor=${cursor}`)
      seen.push(...body.data)
      if (!body.has_more) break
      cursor = body.next_cursor
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7)
    const values = seen.map((group) => (sort === 'count' ? group.count : Date.parse(group[sort])))
    expect(values).toEqual(values.toSorted((a, b) => b - a))
  }
})

test('a token that is bound to a source sees the errors of that source alone, and only admins decide', async () => {
  const tokens = 'ingest:*:sending-secret,read:shop:shop-secret,read:*:reading-secret,admin:*:admin-secret'
  const hub = await collectorForTest({ tokens })
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}-secret` })
  const teller = new Teller(hub, bearer('sending'))
  await teller.span()
  await teller.span({ service: 'cart', span: 'b7ad6b7169203332' })
  const all = (await hub.get('/api/v1/errors', bearer('reading'))).body.data as Json[]
  expect(all).toHaveLength(2)
  const [own, other] = ['shop', 'cart'].map((name) => all.find(({ service }) => service === name).id)
  const shop = bearer('shop')
  expect((await hub.get('/api/v1/errors', shop)).body.data).toMatchObject([{ service: 'shop' }])
  expect((await hub.get('/api/v1/errors?service=cart', shop)).status).toBe(403)
  for (const rest of ['', '/occurrences', '/before']) {
    expect((await hub.get(`/api/v1/errors/${own}${rest}`, shop)).status).toBe(200)
    expect((await hub.get(`/api/v1/errors/${other}${rest}`, shop)).status).toBe(404)
  }
  expect((await hub.post(`/api/v1/errors/${own}/resolve`, {}, shop)).status).toBe(403)
  expect((await hub.post(`/api/v1/errors/${own}/resolve`, {}, bearer('admin'))).body.state).toBe('resolved')
})

test('the document says the limits as they are', async () => {
  const text = await readFile(new URL('../../docs/collector.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf('## Errors'))
  const limits = { ...ERROR_LIMITS, KEPT_OCCURRENCES, KEPT_VALUES, days: KEPT_HOURS / DAY_HOURS, KEPT_DAYS }
  for (const [name, limit] of Object.entries(limits)) {
    expect(section, name).toMatch(new RegExp(`\\b${limit.toLocaleString('en')}\\b`))
  }
})
