import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json } from './testing/collector.ts'

function onCatalog<T>(data: string, work: (catalog: DatabaseSync) => T): T {
  const catalog = new DatabaseSync(join(data, 'catalog.db'), { timeout: 5000 })
  try {
    return work(catalog)
  } finally {
    catalog.close()
  }
}

/** Lets every insert into a table of the catalog fail. @returns what ends that. */
function refuseInserts(data: string, table: string): () => void {
  onCatalog(data, (catalog) =>
    catalog.exec(
      `CREATE TRIGGER refused BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`,
    ),
  )
  return () => onCatalog(data, (catalog) => catalog.exec('DROP TRIGGER refused'))
}

test('what the catalog could not be told in time it is told when the collector closes', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  const mend = refuseInserts(data, 'watermarks')
  expect((await hub.events(event())).status).toBe(201)
  const known = () =>
    onCatalog(
      data,
      (catalog) => catalog.prepare("SELECT rows FROM parts WHERE signal = 'events'").get()!['rows'],
    )
  expect(known()).toBe(0)
  mend()
  await hub.collector.close()
  expect(known()).toBe(1)
  const again = await collectorForTest({ data })
  expect((await again.get('/api/v1/services/shop')).body).toMatchObject({ counts: { events: 1 } })
})

test('a group that failed leaves no number of a service behind', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data, logLevel: 'silent' })
  const mend = refuseInserts(data, 'foreign_ids')
  // The first has its service numbered, the second has an id to list.
  const failed = await hub.events([event({ id: newEventId() }), event({ id: 'listed' })])
  expect(failed.status).toBe(500)
  mend()
  for (const source of ['billing', 'shop', 'shop']) {
    expect((await hub.events(event({ source }))).status).toBe(201)
  }
  const { data: services } = (await hub.get('/api/v1/services')).body
  expect(services.map(({ name, counts }: Json) => [name, counts.events]).toSorted()).toEqual([
    ['billing', 1],
    ['shop', 2],
  ])
})
