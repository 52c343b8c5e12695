import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOG_TEXT } from './sqlite/schema.ts'
import { toMatch } from './sqlite/reader/logs/conditions.ts'
import { matchesText, parseTextQuery } from './text-query.ts'
import { wordsOf } from './text-words.ts'

test.each([
  ['', []],
  ['GET /orders/42?x=1', ['get', 'orders', '42', 'x', '1']],
  ['Café ÉTÉ naïve', ['cafe', 'ete', 'naive']],
  ['İstanbul ﬁle Straße', ['istanbul', 'file', 'straße']],
  ['日本語 log', ['日本語', 'log']],
  ['x'.repeat(1000), ['x'.repeat(128)]],
])('the words of %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words)
})

test('whatever is typed is a search or is refused, and never an error of the index', () => {
  const db = index([])
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const query = parseTextQuery(text)
      for (const term of [...(query?.include ?? []), ...(query?.exclude ?? [])]) found(db, toMatch(term))
    }),
  )
})

const word = fc.constantFrom(
  'a',
  'ab',
  'abc',
  'Ab',
  'é',
  'e',
  'b',
  '1',
  'x_y',
  '"',
  '-',
  '*',
  'OR',
  'NEAR(',
  '日本',
)
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
const term = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.array(word, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '*'),
    fc.boolean(),
  )
  .map(([sign, words, star, quoted]) =>
    quoted ? `${sign}"${words.join(' ')}${star}"` : `${sign}${words[0]}${star}`,
  )

test('the index finds what reading finds', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.array(term, { minLength: 1, maxLength: 3 }),
      (texts, terms) => {
        const query = parseTextQuery(terms.join(' '))
        if (query === undefined) return
        const db = index(texts)
        const read = texts.flatMap((one, at) => (matchesText(query, wordsOf(one)) ? [at] : []))
        const with_ = query.include.map((one) => found(db, toMatch(one)))
        const without = query.exclude.map((one) => found(db, toMatch(one)))
        const byIndex = texts.flatMap((_, at) =>
          with_.every((some) => some.has(at)) && !without.some((some) => some.has(at)) ? [at] : [],
        )
        expect(byIndex).toEqual(read)
      },
    ),
  )
})

function index(texts: string[]): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(LOG_TEXT)
  const add = db.prepare('INSERT INTO logs_text (rowid, text) VALUES (?, ?)')
  for (const [at, one] of texts.entries()) add.run(at, wordsOf(one).join(' '))
  return db
}

function found(db: DatabaseSync, match: string): Set<number> {
  const rows = db.prepare('SELECT rowid FROM logs_text WHERE logs_text MATCH ?').all(match)
  return new Set(rows.map((row) => row['rowid'] as number))
}
