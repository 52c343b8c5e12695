import { expect, it } from 'vitest'
import { createRedactor } from './redaction.ts'

const redact = createRedactor(['iban'])
const jwt = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`

it('hides values by their key, at any depth, in any spelling', () => {
  const input = { a: [{ API_Key: 'k', access_token: 't', 'X-Api-Key': 'k', Passwort: 'kept', IBAN: 'DE1' }] }
  expect(redact.value(input)).toEqual({
    a: [
      {
        API_Key: '[redacted]',
        access_token: '[redacted]',
        'X-Api-Key': '[redacted]',
        Passwort: 'kept',
        IBAN: '[redacted]',
      },
    ],
  })
})

it.each([
  ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
  [`token ${jwt}!`, 'token [redacted]!'],
  ['postgres://user:hunter2@db:5432/x', 'postgres://user:[redacted]@db:5432/x'],
  ['paid with 4111 1111 1111 1111 today', 'paid with [redacted] today'],
  ['order 1234567890123456', 'order 1234567890123456'],
  ['failed: password=hunter2; retry', 'failed: password=[redacted]; retry'],
  ['sent {"client_secret": "abc"}', 'sent {"client_secret": "[redacted]"}'],
  ['nothing to hide', 'nothing to hide'],
])('hides secrets within text: %s', (text, expected) => {
  expect(redact.text(text)).toBe(expected)
})

it.each([
  [
    { jwt: 'x', otp: 1, session: 's', author: 'kept' },
    { jwt: '[redacted]', otp: '[redacted]', session: '[redacted]', author: 'kept' },
  ],
])('hides short keys whole, and not within other words', (input, expected) => {
  expect(redact.value(input)).toEqual(expected)
})

it('hides card numbers that are numbers, and no other number', () => {
  const numbers = {
    card: 4111111111111111,
    list: [5555555555554444n],
    now: 1700000000000,
    uptime_ns: 4111111111111111,
    n: 1.5,
  }
  expect(redact.value(numbers)).toEqual({ ...numbers, card: '[redacted]', list: ['[redacted]'] })
})

it('keeps counts of tokens, and names that only contain a short word', () => {
  const kept = {
    max_tokens: 1,
    totalTokens: 2,
    tokenCount: 3,
    className: 'a',
    businessName: 'b',
    option: 'c',
  }
  expect(redact.value(kept)).toEqual(kept)
  expect(redact.value({ tokens: ['a'], access_tokens: 'b', user_ssn: 'c', cardCvv: 4 })).toEqual({
    tokens: '[redacted]',
    access_tokens: '[redacted]',
    user_ssn: '[redacted]',
    cardCvv: '[redacted]',
  })
})

it('looks at no more of a value than an event may hold', () => {
  const copy = redact.value({ list: Array(200).fill('x'.repeat(16_000)), end: { token: 't' } }) as {
    list: string[]
  }
  expect(copy.list.filter((text) => text.length === 16_000).length).toBeLessThan(40)
  expect(copy.list.at(-1)).toBe('[too large]')
  const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => [1, 2, 3]))
  expect(JSON.stringify(redact.value(wide)).length).toBeLessThan(1e6)
  expect(JSON.stringify(redact.value(wide))).toContain('[too large]')
})

it('takes the first of many entries', () => {
  const many = new Map(Array.from({ length: 1000 }, (_, n) => [`k${n}`, n]))
  expect(Object.keys(redact.value(many) as object)).toHaveLength(200)
  expect(redact.value(new Set(many.values()))).toHaveLength(200)
})

it('hides keys of any script', () => {
  expect(createRedactor(['пароль']).value({ Пароль: 'x', имя: 'y' })).toEqual({
    Пароль: '[redacted]',
    имя: 'y',
  })
})

it('judges query values by what they decode to', () => {
  expect(redact.query('q=Bearer%20abcdefgh&n=a%20b&r=https%3A%2F%2Fx%3Ftoken%3Dabc')).toBe(
    'q=REDACTED&n=a%20b&r=REDACTED',
  )
})

it('hides secret query parameters and keeps the rest as written', () => {
  expect(redact.query('a=1&token=x&X-Amz-Signature=y&sig=z&b=%20')).toBe(
    'a=1&token=REDACTED&X-Amz-Signature=REDACTED&sig=REDACTED&b=%20',
  )
})

it('survives whatever it is given', () => {
  const circular: Record<string, unknown> = {
    n: 10n,
    f() {},
    d: new Date(0),
    nan: Number.NaN,
    m: new Map([['a', 1]]),
  }
  circular['self'] = circular
  circular['__proto__x'] = new Error('e')
  expect(redact.value(circular)).toEqual({
    n: '10',
    d: '1970-01-01T00:00:00.000Z',
    nan: 'NaN',
    m: { a: 1 },
    self: '[circular]',
    __proto__x: { name: 'Error', message: 'e' },
  })
  const throwing = {
    get a() {
      throw new Error('no')
    },
  }
  expect(redact.value(throwing)).toBe('[unreadable]')
  let deep: unknown = 'end'
  for (let n = 0; n < 50; n++) deep = { deep }
  expect(JSON.stringify(redact.value(deep))).toContain('[too deep]')
})

it('keeps a __proto__ key from becoming a prototype', () => {
  const copy = redact.value(JSON.parse('{"__proto__":{"polluted":1}}')) as Record<string, unknown>
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":1}}')
})

it('copies, so that later changes of the original are not sent', () => {
  const original = { list: [1] }
  const copy = redact.value(original)
  original.list.push(2)
  expect(copy).toEqual({ list: [1] })
})
