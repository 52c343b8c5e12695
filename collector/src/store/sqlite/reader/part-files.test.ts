import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDirectory } from '../../../testing/collector.ts'
import { migrate, openForWriting } from '../database.ts'
import { CATALOG_MIGRATIONS, PART_MIGRATIONS } from '../schema.ts'
import { PartFiles, PartGoneError } from './part-files.ts'

test('a part that went after it was listed is told apart from one that cannot be read', async () => {
  const data = await dataDirectory()
  mkdirSync(join(data, 'events'))
  const make = (path: string, migrations: readonly string[]) => {
    const db = openForWriting(path, 'normal')
    migrate(db, path, migrations)
    return db
  }
  const catalog = make(join(data, 'catalog.db'), CATALOG_MIGRATIONS)
  make(join(data, 'events/1.db'), PART_MIGRATIONS.events).close()
  catalog.exec(`INSERT INTO parts (signal, id, from_ms, created_ms, rows, min_seq, max_seq, min_time_ms, max_time_ms)
    VALUES ('events', 1, 0, 0, 1, 1, 1, 1, 1)`)
  const files = new PartFiles(data)
  const part = files.parts('events')[0]!
  const count = () => files.prepare(part, 'SELECT count(*) AS n FROM events').get()
  expect(count()).toEqual({ n: 0 })
  rmSync(join(data, 'events/1.db'))
  expect(count()).toEqual({ n: 0 })
  files.close(['events/1'])
  expect(count).toThrow(PartGoneError)
  files.catalog.close()
  catalog.close()
})
