/** A process that begins to migrate a database, says so on stdout in the middle of it, and never goes on. */
import { writeSync } from 'node:fs'
import { migrate, openForWriting } from '../store/sqlite/database.ts'
import { CATALOG_MIGRATIONS, PART_MIGRATIONS, SEALING } from '../store/sqlite/schema.ts'

const [path = '', what = '', after = ''] = process.argv.slice(2)
const db = openForWriting(path, 'normal')
db.function('pause', () => {
  writeSync(1, 'paused\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  return null
})
const steps = what === 'catalog' ? CATALOG_MIGRATIONS : PART_MIGRATIONS.events
const paused = steps.map((step, index) => (index === Number(after) ? `${step}; SELECT pause()` : step))
migrate(db, path, paused, what === 'catalog' ? undefined : SEALING.events)
