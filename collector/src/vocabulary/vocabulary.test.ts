import { expect, test } from 'vitest'
import { LIMITS } from '../config/limits.ts'
import {
  type Answer,
  collectorForTest,
  dataDirectory,
  event,
  type TestCollector,
} from '../testing/collector.ts'

/** A schema of events, each by its type with the schema of its payload. */
function vocabulary(system: string, events: Record<string, object>, version = 1): object {
  return {
    title: system,
    description: `What ${system} says.`,
    oneOf: Object.entries(events).map(([type, payload]) => ({
      description: `${type} happened`,
      properties: { type: { const: type }, version: { const: version }, payload },
    })),
  }
}

const ORDER = {
  type: 'object',
  properties: {
    order_id: { type: 'integer' },
    channel: { enum: ['web', 'phone'] },
    lines: { type: 'array', items: { type: 'object', required: ['sku'] } },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    code: { type: 'string', pattern: '^[A-Z]+$' },
  },
  required: ['order_id'],
  additionalProperties: false,
}
const SHOP = vocabulary('shop', { 'shop.order.placed': ORDER, restocked: { required: ['sku'] } })

const PATH = '/api/v1/vocabularies'
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` })

async function put(hub: TestCollector, system: string, body: unknown, headers = {}): Promise<Answer> {
  const response = await fetch(`${hub.url}${PATH}/${encodeURIComponent(system)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
}

const placed = (payload: object, more = {}): Record<string, unknown> => event({ payload, ...more })

test('a vocabulary is published, listed, read, revised and forgotten, and outlives the collector', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  expect(await put(first, 'shop', SHOP)).toMatchObject({
    status: 201,
    body: {
      system: 'shop',
      revision: 1,
      summary: 'What shop says.',
      events: [
        { type: 'shop.order.placed', version: 1, severity: 'info', summary: 'shop.order.placed happened' },
        { type: 'restocked' },
      ],
    },
  })
  expect(await put(first, 'shop', SHOP)).toMatchObject({ status: 200, body: { revision: 1 } })
  const other = vocabulary('shop', { 'shop.order.placed': {} }, 2)
  expect(await put(first, 'shop', other)).toMatchObject({ status: 201, body: { revision: 2 } })
  await put(first, 'a b/c', vocabulary('a b/c', { seen: {} }))
  await first.collector.close()

  const hub = await collectorForTest({ data })
  const { data: listed } = (await hub.get(PATH)).body
  expect(listed).toMatchObject([{ system: 'a b/c' }, { system: 'shop', revision: 2 }])
  expect(Date.parse(listed[1].published_at)).toBeGreaterThan(0)
  expect((await hub.get(`${PATH}/shop`)).body).toEqual(other)
  expect((await hub.get(`${PATH}/shop?revision=1`)).body).toEqual(SHOP)
  expect((await hub.get(`${PATH}/shop?revision=3`)).status).toBe(404)
  const forgotten = await fetch(`${hub.url}${PATH}/shop`, { method: 'DELETE' })
  expect(forgotten.status).toBe(204)
  expect(await hub.get(`${PATH}/shop`)).toMatchObject({
    status: 404,
    body: { message: 'there is no vocabulary of "shop"' },
  })
  for (let n = 1; n <= LIMITS.revisions.value + 2; n++)
    await put(hub, 'shop', vocabulary('shop', { [`v${n}`]: {} }))
  expect((await hub.get(`${PATH}/shop?revision=2`)).status).toBe(404)
  expect((await hub.get(`${PATH}/shop?revision=3`)).body.oneOf).toHaveLength(1)
})

test('one that cannot be used is refused by its field, from whom may not it is refused too', async () => {
  const tokens = ['admin', 'read', 'ingest'].map((scope) => `${scope}:*:${scope}-secret-of-test`).join(',')
  const hub = await collectorForTest({ tokens })
  const admin = bearer('admin-secret-of-test')
  for (const scope of ['read', 'ingest']) {
    const headers = bearer(`${scope}-secret-of-test`)
    expect((await put(hub, 'shop', SHOP, headers)).status).toBe(403)
    expect((await hub.get(PATH, headers)).body).toEqual({ data: [] })
  }
  expect((await hub.get(PATH)).status).toBe(401)
  const schemas: [object, string, string][] = [
    [{ title: 'shop' }, 'oneOf', 'must be the schemas of 1 to 500 events'],
    [vocabulary('other', { a: {} }), 'title', 'is "other", the address says "shop"'],
    [vocabulary('shop', { a: { pattern: '(' } }), 'a', '"(" is no regular expression'],
    [vocabulary('shop', { a: { items: { $ref: '#/nowhere' } } }), 'a', '"#/nowhere" leads to nothing'],
    [vocabulary('shop', { a: { $ref: 'https://example.com/x' } }), 'a', 'leads to nothing'],
    [vocabulary('shop', { a: { $id: 'a', allOf: [{ $ref: '#' }] } }), 'a', 'refers to itself without an end'],
  ]
  for (const [schema, field, message] of schemas) {
    const { status, body } = await put(hub, 'shop', schema, admin)
    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: { [field]: [expect.stringContaining(message)] },
    })
  }
  const large = vocabulary('shop', { a: { description: 'x'.repeat(LIMITS.vocabularyBytes.value) } })
  expect((await put(hub, 'shop', large, admin)).status).toBe(413)
  const others = Array.from({ length: LIMITS.vocabularies.value }, (_, n) => `s${n}`)
  await Promise.all(others.map((system) => put(hub, system, vocabulary(system, { a: {} }), admin)))
  expect(await put(hub, 'shop', SHOP, admin)).toMatchObject({ status: 409 })
  expect((await put(hub, 's0', vocabulary('s0', { b: {} }), admin)).status).toBe(201)
})

test('reject refuses what is not as the vocabulary says, each by its fields and in the words of its sender', async () => {
  const hub = await collectorForTest({ validate: 'reject' })
  expect((await hub.events(placed({ order_id: 'x' }))).status).toBe(201)
  await put(hub, 'shop', SHOP)
  const wrong = {
    order_id: 'x',
    channel: 'fax',
    lines: [{ sku: 'a' }, {}],
    note: 7,
    code: 'a',
    colour: 'red',
  }
  expect(await hub.events(placed(wrong))).toMatchObject({
    status: 422,
    body: {
      error: 'validation_failed',
      message: 'payload.order_id: must be a whole number, not text (and 5 more)',
      errors: {
        'payload.order_id': ['must be a whole number, not text'],
        'payload.channel': ['must be one of web, phone'],
        'payload.lines.1.sku': ['is required'],
        'payload.note': ['has none of the forms that it may have'],
        'payload.code': ['string does not match pattern'],
        'payload.colour': ['is not known to the vocabulary'],
      },
    },
  })
  const good = { order_id: 1, channel: 'web', lines: [{ sku: 'a' }], note: null, code: 'A' }
  const batch = [placed(good), placed({}), placed({ any: 1 }, { type: 'shop.order.paid' }), placed(good)]
  expect(await hub.events(batch)).toMatchObject({
    status: 200,
    body: { accepted: 3, rejected: [{ index: 1, errors: { 'payload.order_id': ['is required'] } }] },
  })
  // A name that begins with its system is that system's whoever says it; another is its source's alone.
  expect((await hub.events(placed({}, { source: 'billing' }))).status).toBe(422)
  expect((await hub.events(event({ type: 'restocked', source: 'billing' }))).status).toBe(201)
  expect((await hub.events(event({ type: 'restocked' }))).status).toBe(422)
  const hooks = await hub.post('/events', { source_system: 'shop', event_type: 'restocked', data: {} })
  expect(hooks).toMatchObject({ status: 422, body: { errors: { 'data.sku': ['is required'] } } })
  // Both versions are held to their own shape while the old one goes, an unknown one to the newest.
  await put(hub, 'shop', vocabulary('shop', { 'shop.order.placed': { required: ['total'] } }, 2))
  expect((await hub.events(placed({ order_id: 1 }))).status).toBe(201)
  expect((await hub.events(placed({ order_id: 1 }, { version: 2 }))).status).toBe(422)
  expect((await hub.events(placed({ total: 1 }, { version: 7 }))).status).toBe(201)
})

test('warn keeps everything and marks it, and each event is there beside its schema', async () => {
  const hub = await collectorForTest({ validate: 'warn' })
  await put(hub, 'shop', SHOP)
  const forged = placed({ order_id: 1 }, { violations: { 'payload.order_id': ['forged'] } })
  const wide = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field_${at}`, at]))
  const batch = [
    placed({ order_id: 'x' }),
    forged,
    placed({ order_id: 1, ...wide }),
    event({ type: 'other' }),
  ]
  expect((await hub.events(batch)).body).toMatchObject({ accepted: 4, rejected: [] })
  const [bad, good, many, other] = await hub.allEvents()
  expect(bad).toMatchObject({
    payload: { order_id: 'x' },
    violations: { 'payload.order_id': ['must be a whole number, not text'] },
  })
  expect(good).not.toHaveProperty('violations')
  expect(Object.keys(many.violations)).toHaveLength(20)
  expect(await hub.allEvents('&text=violations')).toHaveLength(2)

  const schemaOf = async ({ id }: { id: string }): Promise<Answer> =>
    hub.get(`/api/v1/hub/events/${id}/schema`)
  expect((await schemaOf(bad)).body).toEqual({
    definition: {
      system: 'shop',
      revision: 1,
      type: 'shop.order.placed',
      version: 1,
      summary: 'shop.order.placed happened',
      severity: 'info',
      schema: ORDER,
    },
    violations: { order_id: ['must be a whole number, not text'] },
  })
  expect((await schemaOf(good)).body.violations).toEqual({})
  expect((await schemaOf(other)).body).toEqual({ definition: null, violations: {} })
  expect((await schemaOf({ id: 'none' })).status).toBe(404)
})

test('a pattern that never ends holds up nothing, and what a sender can make large is told in a few words', async () => {
  const hub = await collectorForTest({ validate: 'reject' })
  const text = { properties: { text: { type: 'string', pattern: '^(a+)+$' } } }
  const numbers = { properties: { of: { type: 'array', items: { type: 'integer' } } } }
  await put(hub, 'shop', vocabulary('shop', { 'shop.text.said': text, 'shop.list.made': numbers }))
  const said = (text: string): object => placed({ text }, { type: 'shop.text.said' })

  // {"text":"…"} has 11 characters beside the text. Half of 111 is too many from now on, of what fits as well.
  const batch = [
    said('aaa'),
    said(`${'a'.repeat(99)}!`),
    said('a'.repeat(45)),
    said('a'.repeat(44)),
    said('b'),
  ]
  const takes = (size: number): object => ({
    payload: [`takes more than 250 ms to check with ${size} characters or more: see its schema`],
  })
  expect((await hub.events(batch)).body).toMatchObject({
    accepted: 2,
    rejected: [
      { index: 1, errors: takes(111) },
      { index: 2, errors: takes(56) },
      { index: 4, errors: { 'payload.text': ['string does not match pattern'] } },
    ],
  })

  const list = (size: number): object => placed({ of: Array(size).fill('x') }, { type: 'shop.list.made' })
  const { rejected } = (await hub.events([list(50), list(50_000), list(500_000)])).body
  expect(rejected.map(({ errors }: { errors: object }) => Object.keys(errors).length)).toEqual([20, 1, 1])
  expect(rejected[2].errors).toEqual({ payload: [expect.stringContaining('at most 1048576 are kept')] })

  // Each of 40 refers twice to the next.
  const twice = Array.from({ length: 40 }, (_, at) => [
    `d${at}`,
    { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
  ])
  const laughs = {
    ...vocabulary('shop', { a: { allOf: [{ $ref: '#/$defs/d0' }] } }),
    $defs: { ...Object.fromEntries(twice), d40: {} },
  }
  expect(await put(hub, 'shop', laughs)).toMatchObject({
    status: 422,
    body: { errors: { a: [expect.stringContaining('takes more than 250 ms to check without any data')] } },
  })
})
