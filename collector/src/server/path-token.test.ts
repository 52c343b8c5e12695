import { expect, test } from 'vitest'
import { splitPathToken, withoutToken } from './path-token.ts'

test.each([
  ['/t/abc/v1/traces', '/v1/traces', 'abc'],
  ['/t/a%2Bb/v1/traces?x=1', '/v1/traces?x=1', 'a+b'],
  ['/t/abc', '/', 'abc'],
  ['/t/abc?x', '/?x', 'abc'],
  ['/t/%zz/v1', '/v1', ''],
  ['/t//v1', '/t//v1', undefined],
  ['/v1/t/abc', '/v1/t/abc', undefined],
])('%s leads to %s', (given, url, token) => {
  expect(splitPathToken(given)).toEqual(token === undefined ? { url } : { url, token })
})

test('what is shown of an address has no token', () => {
  for (const [given, shown] of [
    ['/t/abc/x', '/t/…/x'],
    ['/T/abc', '/T/…'],
    ['/%74/abc?y', '/%74/…?y'],
    ['//t//abc/x', '//t//…/x'],
  ]) {
    expect(withoutToken(given!)).toBe(shown)
  }
  expect(withoutToken('/api/v1/traces/abc')).toBe('/api/v1/traces/abc')
})
