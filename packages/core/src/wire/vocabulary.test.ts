import { describe, expect, test } from 'vitest'
import { readVocabulary } from './vocabulary.ts'

const PLACED = { properties: { type: { const: 'shop.order.placed' }, payload: { type: 'object' } } }

test('a JSON Schema is read as a system with its events, each complete by itself', () => {
  const money = { type: 'number' }
  const document = {
    title: 'shop',
    description: 'Sells tea.',
    oneOf: [
      {
        ...PLACED,
        description: 'A customer has ordered',
        properties: { ...PLACED.properties, version: { const: 2 }, severity: { default: 'warning' } },
      },
      {
        properties: { type: { const: 'shop/paid' }, payload: { $ref: '#/$defs/shop~1paid' } },
      },
      { properties: { type: { const: 'kit' }, payload: { $ref: '#/$defs/kit' } } },
    ],
    $defs: {
      money,
      'shop/paid': { properties: { sum: { $ref: '#/$defs/money' } } },
      kit: { $id: 'kit', properties: { parts: { items: { $ref: '#' } } } },
    },
  }
  expect(readVocabulary(document)).toEqual({
    system: 'shop',
    summary: 'Sells tea.',
    events: [
      {
        type: 'shop.order.placed',
        version: 2,
        summary: 'A customer has ordered',
        severity: 'warning',
        data: { type: 'object' },
      },
      {
        type: 'shop/paid',
        version: 1,
        severity: 'info',
        data: { properties: { sum: { $ref: '#/$defs/money' } }, $defs: document.$defs },
      },
      { type: 'kit', version: 1, severity: 'info', data: document.$defs.kit },
    ],
  })
})

describe('what is no vocabulary is told by field', () => {
  const shop = (...oneOf: unknown[]): unknown => ({ title: 'shop', oneOf })
  test.each([
    [null, 'body', 'must be a JSON Schema'],
    [[], 'body', 'must be a JSON Schema'],
    [{ oneOf: [PLACED] }, 'title', 'must be the name of the system'],
    [{ title: 'x'.repeat(101), oneOf: [PLACED] }, 'title', '1 to 100 characters'],
    [shop(), 'oneOf', 'must be the schemas of 1 to 500 events'],
    [shop(PLACED, 7), 'oneOf.1.properties', 'must say the type and payload'],
    [shop({ properties: { type: 'a', payload: {} } }), 'oneOf.0.properties.type', 'must be { "const"'],
    [
      shop({ properties: { ...PLACED.properties, version: { const: 256 } } }),
      'oneOf.0.properties.version',
      'whole number from 1 to 255',
    ],
    [
      shop({ properties: { type: { const: 'a' }, payload: { $ref: '#/$defs/%' } } }),
      'oneOf.0.properties.payload',
      'must be a schema, or a $ref',
    ],
    [shop(PLACED, PLACED), 'oneOf.1', 'is "shop.order.placed", version 1, again'],
  ])('%#', (document, field, message) => {
    expect(readVocabulary(document)).toEqual({ errors: { [field]: [expect.stringContaining(message)] } })
  })
})
