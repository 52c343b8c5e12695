import { expect, test } from 'vitest'
import { decodeEvents } from './decode-events.ts'
import { eventLines, isWhole } from './event-lines.ts'

const RECEIVED = Date.parse('2026-01-31T12:00:00Z')
const EVENT = {
  id: '01KGA3PNE8ZM7096673203ST2W',
  type: 'shop.order.placed',
  source: 'shop',
  occurred_at: '2026-01-31T12:00:00.123Z',
  payload: { order: 7, lines: [{ of: 'tea "green"', price: 1.5 }], note: 'a: b, c' },
  version: 1,
}

function keptOf(line: string): string[] {
  const received = {
    format: 'ndjson',
    shape: 'many',
    dialect: 'hub',
    source: null,
    receivedAt: RECEIVED,
  } as const
  const decoded = decodeEvents({ ...received, body: new TextEncoder().encode(line) })
  if ('message' in decoded) throw new Error(decoded.message)
  expect(decoded.rejected).toEqual([])
  return decoded.events.map(({ json }) => json)
}

const text = JSON.stringify(EVENT)

test.each([
  ['as a client of ours writes it', text],
  ['in another order', JSON.stringify(Object.fromEntries(Object.entries(EVENT).toReversed()))],
  ['with digits that a number of JavaScript does not have', text.replace(':7,', ':12345678901234567890,')],
  ['with characters of several bytes', text.replace('tea', 'thé ☕')],
  ['with escapes', text.replace('tea', String.raw`t\u0065a\\\"`)],
])('an event is kept as it came: %s', (_, line) => {
  expect(keptOf(`${line}\n${line}\n`)).toEqual([line, line])
})

test.each([
  ['what is said twice', text.replace('"source":"shop"', '"source":"other","source":"shop"')],
  ['what is said twice within the payload', text.replace('"order":7', '"order":{"deep":[[[]]]},"order":7')],
  ['what is no field of an event', text.replace('"version":1', '"version":1,"cursor":"x","more":{"a":1}')],
  ['space between tokens', JSON.stringify(EVENT, null, 1).replaceAll('\n', ' ')],
  ['the end of a line of Windows', `${text}\r`],
  ['a time in another zone', text.replace('12:00:00.123Z', '13:00:00.123+01:00')],
])('an event is written anew without %s', (_, line) => {
  expect(keptOf(`${line}\n`)).toEqual([text])
})

test('an event is completed before it is kept', () => {
  const { version, ...rest } = EVENT
  expect(
    keptOf(JSON.stringify({ ...rest, trace_id: '0'.repeat(32) })).map((json) => JSON.parse(json)),
  ).toEqual([{ ...rest, version }])
})

test('lines are counted each by itself, whatever the others are', () => {
  const lines = eventLines(
    Buffer.concat([
      Buffer.from('{"a":"\\'),
      Buffer.from('\n\n{"b":{"c":[":",{"d":1}]}}\n'),
      Buffer.from([0xff]),
    ]),
  )
  expect(lines.map((line) => line?.text)).toEqual(['{"a":"\\', '{"b":{"c":[":",{"d":1}]}}', undefined])
  expect(isWhole(lines[1]!, JSON.parse(lines[1]!.text) as object)).toBe(true)
})
