import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { exportOf, traceId } from '../../testing/spans.ts'
import { storeForTest } from '../../testing/store.ts'
import type { Store } from '../store.ts'

async function add(store: Store, trace: number, id: number): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify(exportOf({ service: 'shop', trace, id })))
  const at = Date.now()
  await store.ingestOtlp({ signal: 'traces', encoding: 'json', body, source: null, receivedAt: at })
}

const spansOf = async (store: Store, trace: number): Promise<number> =>
  JSON.parse((await store.trace(traceId(trace))) ?? '{"spans":[]}').spans.length

test('a trace is whole wherever its spans are: in sealed parts, in the open one, before and after a restart', async () => {
  const first = await storeForTest({ partRows: 4 })
  const { dataDir } = first
  for (let id = 1; id <= 10; id++) {
    await add(first, 1, id)
    await add(first, 100 + id, 100 + id)
  }
  expect(await spansOf(first, 1)).toBe(10)
  await first.close()
  const second = await storeForTest({ partRows: 4, dataDir })
  expect(await spansOf(second, 1)).toBe(10)
  await add(second, 1, 11)
  expect(await spansOf(second, 1)).toBe(11)
  for (let id = 1; id <= 10; id++) expect(await spansOf(second, 100 + id)).toBe(1)
  expect(await spansOf(second, 999)).toBe(0)
})

test('a trace is found in parts that an older collector sealed', async () => {
  const first = await storeForTest({ partRows: 2 })
  const { dataDir } = first
  for (let id = 1; id <= 6; id++) await add(first, 1, id)
  await first.close()
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'))
  catalog.exec('DELETE FROM part_traces')
  catalog.close()
  expect(await spansOf(await storeForTest({ partRows: 2, dataDir }), 1)).toBe(6)
})

test('what is said of a part goes with it', async () => {
  let now = Date.now()
  const store = await storeForTest({ partRows: 1, clock: () => now, retentionPace: 1e9 })
  for (let id = 1; id <= 3; id++) await add(store, id, id)
  const kept = () => {
    const catalog = new DatabaseSync(join(store.dataDir, 'catalog.db'), { readOnly: true })
    const { n } = catalog.prepare("SELECT count(*) AS n FROM part_traces WHERE signal = 'spans'").get()!
    catalog.close()
    return n
  }
  expect(kept()).toBe(2)
  now += 30 * 86_400_000
  const body = new TextEncoder().encode(JSON.stringify(exportOf({ service: 'shop', trace: 9, id: 9 })))
  await store.ingestOtlp({ signal: 'traces', encoding: 'json', body, source: null, receivedAt: now })
  expect(await spansOf(store, 1)).toBe(0)
  expect(kept()).toBe(1)
})
