import { expect, test } from 'vitest'
import { HttpError } from '../../server/errors.ts'
import { StoreError, type StoreErrorReason } from '../../store/store-error.ts'
import { toRpcError } from './errors.ts'

/** Code, and the seconds of RetryInfo where there is one. */
function seen(error: unknown): [number, number?] {
  const { code, details } = toRpcError(error)
  const [retry] = details as unknown as { value: { retryDelay: { seconds: bigint } } }[]
  return retry ? [code, Number(retry.value.retryDelay.seconds)] : [code]
}

test.each([
  ['over_share', 8],
  ['overloaded', 14],
  ['disk', 14],
] as [StoreErrorReason, number][])('%s asks to come again after 1 to 3 seconds', (reason, code) => {
  const [actual, seconds] = seen(new StoreError(reason, 'the queue is full'))
  expect(actual).toBe(code)
  expect([1, 2, 3]).toContain(seconds)
})

test('what will never be taken does not ask to be tried again', () => {
  expect(seen(new HttpError('body_too_large', 'x'))).toEqual([8])
  expect(seen(new HttpError('unauthenticated', 'x'))).toEqual([16])
  expect(seen(new HttpError('insufficient_permissions', 'x'))).toEqual([7])
  expect(seen(new HttpError('invalid_body', 'x'))).toEqual([3])
})

test('the unexpected is INTERNAL and tells nothing of the inside', () => {
  const error = toRpcError(new TypeError('secret is undefined'))
  expect([error.code, error.rawMessage.includes('secret')]).toEqual([13, false])
})
