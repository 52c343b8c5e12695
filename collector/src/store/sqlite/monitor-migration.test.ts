import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { dataDirectory } from '../../testing/collector.ts'
import { storeForTest } from '../../testing/store.ts'
import { CATALOG_MIGRATIONS } from './schema.ts'

const NOW = Date.UTC(2026, 0, 31)
const ago = (seconds: number) => NOW - seconds * 1000

/** A catalog as it was before there were monitors. */
async function olderCatalog(fill: (catalog: DatabaseSync) => void): Promise<string> {
  const dataDir = await dataDirectory()
  const before = CATALOG_MIGRATIONS.findIndex((sql) => sql.includes('CREATE TABLE monitors'))
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'))
  catalog.exec(`${CATALOG_MIGRATIONS.slice(0, before).join(';')}; PRAGMA user_version = ${before}`)
  fill(catalog)
  catalog.close()
  return dataDir
}

test('instances that an older collector knew are waited for, and those that were gone stay gone', async () => {
  const dataDir = await olderCatalog((catalog) => {
    catalog.exec(`INSERT INTO services (id, name, first_seen_ms, last_seen_ms) VALUES (1, 'shop', 1, ${NOW})`)
    const add = catalog.prepare(`
      INSERT INTO instances (service_id, instance, env, first_seen_ms, last_seen_ms, heartbeat_ms, interval_s,
        lifecycle, lifecycle_ms) VALUES (1, ?, ?, 1, ?, ?, 60, ?, ?)`)
    add.run('alive', 'live', ago(5), ago(5), 'ready', ago(900))
    add.run('silent', 'live', ago(900), ago(900), null, null)
    add.run('stopped', null, ago(50), ago(60), 'stopped', ago(50))
  })
  const store = await storeForTest({ dataDir, clock: () => NOW })
  const { monitors } = await store.monitors({ limit: 10 })
  expect(monitors.map(({ instance, env, state }) => [instance, env, state])).toEqual([
    ['stopped', '', 'stopped'],
    ['alive', 'live', 'up'],
    ['silent', 'live', 'silent'],
  ])
  expect(monitors[1]).toMatchObject({ declaredS: 60, alertAt: NOW + 90_000, silentAt: NOW + 180_000 })
  const service = await store.service('shop')
  expect(service!.instances.map(({ instance, env }) => [instance, env])).toEqual([
    ['alive', 'live'],
    ['stopped', null],
    ['silent', 'live'],
  ])
})
