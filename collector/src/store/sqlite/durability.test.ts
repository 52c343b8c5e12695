import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDirectory } from '../../testing/collector.ts'
import { makeDirectory, openForWriting } from './database.ts'

test.each([
  ['normal', 1],
  ['full', 2],
] as const)('%s durability syncs as SQLite numbers it', async (durability, synchronous) => {
  const db = openForWriting(join(await dataDirectory(), 'x.db'), durability)
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous })
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  db.close()
})

test.each(['normal', 'full'] as const)(
  'a folder in new folders is made with %s durability',
  async (durability) => {
    const path = join(await dataDirectory(), 'a', 'b')
    makeDirectory(path, durability)
    makeDirectory(path, durability)
    expect(existsSync(path)).toBe(true)
  },
)
