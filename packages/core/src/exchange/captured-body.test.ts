import { expect, test } from 'vitest'
import { createHub } from '../create-hub.ts'
import { captureBody } from './captured-body.ts'
import type { HttpRequest } from './http.ts'

let services = 0

/** What is kept of `body` when `captureBody` names fields. */
function kept(body: unknown, captureBodyOf: readonly string[] | undefined): unknown {
  const hub = createHub({
    url: 'http://127.0.0.1:9',
    source: `captured-body-${++services}`,
    captureBody: captureBodyOf,
    logLevel: 'silent',
  })
  const request = {
    method: 'POST',
    url: '/',
    headers: {},
    httpVersion: '1.1',
    body,
  } as unknown as HttpRequest
  const exchange = hub.exchange(request)
  captureBody(exchange, request)
  void hub.close(0)
  return exchange.bodySeen
}

test('keeps the fields that are named, in their shape, and nothing else', () => {
  const body = {
    id: 7,
    open: false,
    customer: { country: 'FR', name: 'Ada' },
    items: [{ sku: 'a' }, { sku: 'b' }],
  }
  expect(kept(body, ['id', 'open', 'customer.country', 'items.0.sku', 'nothing', 'id.deeper'])).toEqual({
    id: 7,
    open: false,
    customer: { country: 'FR' },
    items: { 0: { sku: 'a' } },
  })
})

test('keeps nothing unless it is asked to', () => {
  expect(kept({ id: 7 }, undefined)).toBe(undefined)
  expect(kept({ id: 7 }, ['other'])).toBe(undefined)
  for (const body of [undefined, null, 'text', Buffer.from('id'), 7])
    expect(kept(body, ['id'])).toBe(undefined)
})

test('hides secrets by their name and by their look, at any depth', () => {
  const body = { password: 'hunter2', account: { token: 7, note: 'Bearer abcdefghijkl' } }
  expect(kept(body, ['password', 'account.token', 'account.note'])).toEqual({
    password: '[redacted]',
    account: { token: '[redacted]', note: expect.not.stringContaining('abcdefghijkl') },
  })
})

test('is bounded: long text is cut, and what is no plain value is left out', () => {
  const body = { note: 'x'.repeat(5000), list: [1], inner: { n: 1 }, when: new Date(), none: null }
  expect(kept(body, ['note', 'list', 'inner', 'when', 'none'])).toEqual({ note: 'x'.repeat(1024) })
})

test('reads no inherited field', () => {
  expect(kept({ id: 7 }, ['constructor.name', 'toString'])).toBe(undefined)
})

test('leaves a body alone that cannot be looked at', () => {
  const body = {
    get id(): never {
      throw new Error('not for you')
    },
  }
  expect(kept(body, ['id'])).toBe(undefined)
})
