import { expect, test } from 'vitest'
import { clip, fit, widthOf, wrap } from './text-width.ts'

test.each([
  ['', 0],
  ['GET /users/:id', 14],
  ['Grüße', 5],
  ['e\u0301tude', 5],
  ['注文', 4],
  ['✅ ok', 5],
  ['👩‍👩‍👧', 2],
  ['a\u200bb', 2],
])('%j takes %i columns', (text, columns) => {
  expect(widthOf(text)).toBe(columns)
})

test.each([
  ['short', 8, 'short   '],
  ['exactly8', 8, 'exactly8'],
  ['longer than', 8, 'longer …'],
  ['注文一覧', 6, '注文… '],
  ['注文一覧', 5, '注文…'],
])('%j fits in %i columns', (text, columns, expected) => {
  expect(fit(text, columns)).toBe(expected)
  expect(widthOf(fit(text, columns))).toBe(columns)
})

test('nothing is left of a text where there is no room', () => {
  expect(clip('text', 0)).toBe('')
})

test.each([
  ['short', 8, ['short']],
  ['abcdef', 4, ['abcd', 'ef']],
  ['注文一覧', 5, ['注文', '一覧']],
  ['注', 1, ['注']],
])('%j wraps in %i columns', (text, columns, expected) => {
  expect(wrap(text, columns)).toEqual(expected)
})
