import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseTokens } from './tokens.ts'

test('reads scope, source and a secret that may hold colon-free base64', () => {
  const tokens = parseTokens('ingest:shop:abc+/==, read:*:xyz')
  expect(tokens).toMatchObject([
    { scope: 'ingest', source: 'shop' },
    { scope: 'read', source: null },
  ])
  if (typeof tokens === 'string') throw new Error(tokens)
  const hashes = ['abc+/==', 'xyz'].map((secret) => createHash('sha256').update(secret).digest())
  expect(tokens.map(({ hash }) => hash)).toEqual(hashes)
})

test('keeps no secret', () => {
  expect(JSON.stringify(parseTokens('ingest:shop:verysecret'))).not.toContain('verysecret')
})

test.each([
  ['', 'entry 1 is not scope:source:secret'],
  ['ingest:shop', 'entry 1 is not scope:source:secret'],
  ['ingest:*:a,read:*:', 'entry 2 has a secret that is empty'],
  ['ingest::a', 'entry 1 has no source'],
  ['admin:shop:a', 'entry 1 is an admin token'],
  ['ingest:*:a b', 'entry 1 has a secret'],
])('refuses %j', (text, problem) => {
  expect(parseTokens(text)).toContain(problem)
})
