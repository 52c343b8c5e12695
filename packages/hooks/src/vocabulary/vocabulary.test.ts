import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { checkEvent } from './check.ts'
import { vocabularySchema } from './json-schema.ts'
import { describeVocabulary } from './markdown.ts'
import { defineVocabulary, type Vocabulary } from './vocabulary.ts'

const shop = defineVocabulary({
  system: 'shop',
  summary: 'Sells tea.',
  events: {
    order_placed: {
      summary: 'A customer has ordered',
      version: 2,
      severity: { from: 'channel', is: { phone: 'warning' }, otherwise: 'debug' },
      data: z.object({
        order_id: z.int().describe('Counts from 1 | never again.'),
        channel: z.enum(['web', 'phone']),
        lines: z.array(z.object({ sku: z.string() })).default([]),
        note: z.string().nullable().optional(),
      }),
    },
    shop_closed: { data: z.object({}) },
  },
})

describe('a vocabulary that cannot be used says why', () => {
  const data = z.object({})
  const define =
    (events: object, system: unknown = 'shop') =>
    () =>
      defineVocabulary({ system, events } as Vocabulary)

  test.each([
    [
      define({ OrderPlaced: { data } }),
      'event "OrderPlaced": the name wants a form such as order_placed or shop.order.placed',
    ],
    [define({ a__b: { data } }), 'event "a__b": the name wants a form'],
    [define({ 'shop..placed': { data } }), 'the name wants a form'],
    [define({ __proto__x: { data } }), 'the name wants a form'],
    [define({ 'shop.flush': { data } }), 'event "shop.flush": flush() is a method of all hooks'],
    [
      define({ 'shop.order.placed': { data }, order_placed: { data } }),
      'events "shop.order.placed" and "order_placed" share the method orderPlaced()',
    ],
    [define({ health_check: { data } }), 'healthCheck() is a method of all hooks'],
    // oxlint-disable-next-line unicorn/no-thenable -- what it warns of is what is refused here
    [define({ then: { data } }), 'then() is a method of all hooks'],
    [define({ step_1: { data }, step1: { data } }), 'events "step_1" and "step1" share the method step1()'],
    [define({ sold: { data: { sku: 'text' } } }), 'event "sold": data wants a zod schema'],
    [define({ sold: { data, severity: 'fatal' } }), 'event "sold": severity wants one of debug, info'],
    [define({ sold: { data, version: 0 } }), 'event "sold": version wants a whole number from 1 to 255'],
    [define({}), 'events wants at least one event'],
    [define({ sold: { data } }, ''), 'vocabulary "": system wants a name'],
    [define({ sold: { data } }, 7), 'vocabulary "7": system wants a name'],
  ])('%#', (make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

describe('an event', () => {
  test('is what its schema makes of the data, with the severity and version of the vocabulary', () => {
    expect(checkEvent(shop, 'order_placed', { order_id: 1, channel: 'phone' })).toEqual({
      event: {
        type: 'order_placed',
        payload: { order_id: 1, channel: 'phone', lines: [] },
        severity: 'warning',
        version: 2,
      },
    })
    expect(checkEvent(shop, 'shop_closed', {})).toEqual({
      event: { type: 'shop_closed', payload: {}, severity: 'info', version: 1 },
    })
  })

  test.each([
    ['order_placed', { channel: 'web' }, 'order_id: is required'],
    ['order_placed', { order_id: '1', channel: 'web' }, 'order_id: must be a number, not text'],
    ['order_placed', { order_id: 1, channel: 'fax' }, 'channel: must be one of web, phone'],
    ['order_placed', { order_id: 1, channel: 'web', lines: [{}] }, 'lines.0.sku: is required'],
    ['order_placed', undefined, 'data: is required'],
    ['order_placed', null, 'data: must be an object, not null'],
    ['order_lost', {}, 'shop has no event "order_lost"; it has order_placed, shop_closed'],
    ['toString', {}, 'shop has no event "toString"'],
  ])('%s of %j is refused by the name of its field', (name, data, problem) => {
    expect(checkEvent(shop, name, data)).toEqual({ problem: expect.stringContaining(problem) })
  })

  test('whose data throw when they are read is refused, too', () => {
    const data = Object.defineProperty({}, 'order_id', {
      get() {
        throw new Error('detached')
      },
    })
    expect(checkEvent(shop, 'order_placed', data)).toEqual({ problem: 'data cannot be read: detached' })
  })
})

test('its JSON Schema describes the events as they are stored', () => {
  const schema = vocabularySchema(shop)
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'shop',
    oneOf: [
      {
        title: 'order_placed',
        properties: {
          source: { const: 'shop' },
          type: { const: 'order_placed' },
          version: { const: 2 },
          severity: { default: 'debug' },
          payload: { $ref: '#/$defs/order_placed' },
        },
        required: ['type', 'payload'],
      },
      { title: 'shop_closed' },
    ],
    $defs: {
      order_placed: {
        properties: { order_id: { type: 'integer' }, channel: { enum: ['web', 'phone'] } },
        required: ['order_id', 'channel', 'lines'],
      },
    },
  })
})

test('as JSON it is that schema, in which a name of its own needs no source and a schema may refer to itself', () => {
  const Part = z.object({
    name: z.string(),
    get parts(): z.ZodArray {
      return z.array(Part)
    },
  })
  const { oneOf, $defs } = JSON.parse(
    JSON.stringify(defineVocabulary({ system: 'shop', events: { 'shop.kit.built': { data: Part } } })),
  ) as Record<'oneOf' | '$defs', Record<string, Record<string, object>>>
  expect(oneOf[0]!['properties']).not.toHaveProperty('source')
  expect($defs['shop.kit.built']).toMatchObject({ $id: 'shop.kit.built' })
})

test('its page tells of every event and field', () => {
  expect(describeVocabulary(shop)).toBe(`# shop

Sells tea.

## order_placed

A customer has ordered. Severity: warning when \`channel\` is phone, else debug.

| field | type | |
|---|---|---|
| \`order_id\` | whole number | Counts from 1 \\| never again. |
| \`channel\` | web, phone |  |
| \`lines\` | list of object |  |
| \`note\` | text or null, optional |  |

## shop_closed

Severity: info.

Its data have no fields of their own.
`)
})
