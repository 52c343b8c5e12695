import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { keyValues, logsRequest, metricsRequest } from '../../testing/otlp-json.ts'
import { storeForTest } from '../../testing/store.ts'
import { parseTextQuery } from '../text-query.ts'
import type { Store } from '../store.ts'

const START = Date.UTC(2026, 0, 31)
const SHOP = { 'service.name': 'shop' }

/** Takes out of every file what collectors did not know before logs and metrics could be searched. */
function makeOlder(dataDir: string): void {
  const each = (signal: string, sql: string) => {
    for (const name of readdirSync(join(dataDir, signal)).filter((file) => file.endsWith('.db'))) {
      const db = new DatabaseSync(join(dataDir, signal, name))
      db.exec(`${sql}; PRAGMA user_version = 1`)
      db.close()
    }
  }
  each(
    'logs',
    'DROP TABLE IF EXISTS logs_text; DROP TABLE IF EXISTS logs_text_until; DROP INDEX IF EXISTS logs_by_time',
  )
  each('metrics', 'DROP INDEX metrics_by_name; ALTER TABLE metrics DROP COLUMN oldest_ns')
  const catalog = new DatabaseSync(join(dataDir, 'catalog.db'))
  catalog.exec("DELETE FROM metric_names; DELETE FROM watermarks WHERE signal = 'logs_text'")
  catalog.close()
}

async function send(store: Store, signal: 'logs' | 'metrics', request: unknown): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify(request))
  const receipt = await store.ingestOtlp({ signal, encoding: 'json', body, source: null, receivedAt: START })
  expect(receipt).toMatchObject({ kind: 'stored', rejected: 0 })
}

async function sendOne(store: Store, n: number): Promise<void> {
  const time = START + n * 1000
  await send(store, 'logs', logsRequest(SHOP, [{ at: time, body: `line ${n}` }]))
  const point = { timeUnixNano: `${time}000000`, asInt: String(n), attributes: keyValues({}) }
  await send(
    store,
    'metrics',
    metricsRequest(SHOP, [{ name: 'heat', unit: 'Cel', gauge: { dataPoints: [point] } }]),
  )
}

test('logs and metrics of an older collector are read and go on, in sealed parts and the open one', async () => {
  const older = await storeForTest()
  const { dataDir } = older
  for (let n = 0; n < 25; n++) await sendOne(older, n)
  await older.close()
  makeOlder(dataDir)

  const store = await storeForTest({ dataDir, clock: () => START })
  expect((await store.metrics({ limit: 10 })).metrics).toMatchObject([
    { name: 'heat', type: 'gauge', unit: 'Cel' },
  ])
  for (let n = 25; n < 40; n++) await sendOne(store, n)
  const numbers = Array.from({ length: 40 }, (_, n) => n)
  const page = await store.logs({ order: 'asc', limit: 100, text: parseTextQuery('line -39') })
  expect(page.records.map(({ body }) => body)).toEqual(numbers.slice(0, 39).map((n) => `line ${n}`))
  const range = { since: START, until: START + 40_000, step: 1000 }
  const found = await store.metricRange({ name: 'heat', functions: ['last'], ...range })
  expect('lines' in found && found.lines.map(({ values }) => values)).toEqual([numbers])
})
