import { expect, test } from 'vitest'
import { logsRequest } from '../../../../testing/otlp-json.ts'
import { storeForTest } from '../../../../testing/store.ts'
import type { LogPosition } from '../../../logs.ts'
import { PartFiles } from '../part-files.ts'
import { WorkBudget } from '../work-budget.ts'
import { listLogs } from './list.ts'

const START = Date.UTC(2026, 0, 31)

test.each(['asc', 'desc'] as const)(
  'a search that looks at little at a time comes to its end, and finds each record once: %s',
  async (order) => {
    const store = await storeForTest()
    for (let first = 0; first < 60; first += 5) {
      // Every part spans the whole time, so that all of them are read side by side.
      const records = Array.from({ length: 5 }, (_, n) => {
        return {
          at: START + (((first + n) * 37) % 60),
          body: first + n,
          attributes: { third: (first + n) % 3 === 0 },
        }
      })
      const body = new TextEncoder().encode(JSON.stringify(logsRequest({ 'service.name': 'shop' }, records)))
      await store.ingestOtlp({ signal: 'logs', encoding: 'json', body, source: null, receivedAt: START })
    }
    const files = new PartFiles(store.dataDir)
    const found: unknown[] = []
    let pages = 0
    let searched: number | null = null
    for (let after: LogPosition | undefined; ; pages++) {
      const budget = new WorkBudget({ rows: 4, ms: 60_000 })
      const attributes = [{ key: 'third', value: 'true' }]
      const page = listLogs(files, { order, limit: 3, attributes, ...(after && { after }) }, budget)
      found.push(...page.records.map(({ body }) => body))
      if (page.searchedUntil !== null && searched !== null)
        expect(order === 'asc' ? page.searchedUntil >= searched : page.searchedUntil <= searched).toBe(true)
      searched = page.searchedUntil ?? searched
      if (page.next === null) break
      after = page.next
    }
    files.end()
    const expected = Array.from({ length: 60 }, (_, n) => n)
      .filter((n) => n % 3 === 0)
      .sort((a, b) => ((a * 37) % 60) - ((b * 37) % 60))
    expect(found).toEqual(order === 'asc' ? expected : expected.toReversed())
    expect(pages).toBeGreaterThan(3)
  },
)
