import { expect, it } from 'vitest'
import { createRedactor } from '../wire/redaction.ts'
import { describeError } from './describe.ts'

const describe = (thrown: unknown) => describeError(thrown, createRedactor())

class PaymentError extends Error {}

it('takes type, message and stack', () => {
  const description = describe(new PaymentError('no funds, token=abc'))
  expect(description).toMatchObject({ error_type: 'PaymentError', message: 'no funds, token=[redacted]' })
  expect(description.trace).toContain('describe.test.ts')
  expect(description.trace).not.toContain('abc')
})

it.each([
  ['text', 'string', 'text'],
  [42, 'number', '42'],
  [null, 'null', 'null'],
  [undefined, 'undefined', 'undefined'],
  [{ code: 7, pin_token: 'x' }, 'object', '{"code":7,"pin_token":"[redacted]"}'],
  [Symbol('s'), 'symbol', 'Symbol(s)'],
])('puts %o into words', (thrown, error_type, message) => {
  expect(describe(thrown)).toMatchObject({ error_type, message })
})

it('follows causes and the members of an aggregate, each once', () => {
  const root = new RangeError('root')
  const middle = new Error('middle', { cause: root })
  ;(root as Error).cause = middle
  const error = new AggregateError([middle, new TypeError('other')], 'all', { cause: middle })
  expect(describe(error).causes?.map(({ message }) => message)).toEqual(['middle', 'other', 'root'])
  expect(describe(error).trace).toContain('caused by: ')
})

it('survives what throws at every look', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(describe(new Error('outer', { cause: proxy })).message).toBe('outer')
  expect(describe(proxy)).toMatchObject({ error_type: expect.any(String), message: expect.any(String) })
})

it('survives an error that throws when it is read', () => {
  const hostile = new Proxy(new Error('x'), {
    get() {
      throw new Error('no')
    },
    getPrototypeOf() {
      return Error.prototype
    },
  })
  expect(() => describe(hostile)).not.toThrow()
})
