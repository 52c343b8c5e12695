import { expect, test } from 'vitest'
import { SORT_KEYS } from '../../store/event-search.ts'
import { collectorForTest, event, type Json } from '../../testing/collector.ts'
import { ingest, storeForTest } from '../../testing/store.ts'
import { readSearchCursor, searchCursor } from './search-cursor.ts'

const START = Date.UTC(2026, 0, 31, 12)
const SEVERITIES = ['debug', 'info', 'warning', 'error', 'critical']

/** Events whose times, severities, sources and types repeat in another order than that in which they come. */
const made = (n: number) =>
  event({
    id: `e-${n}`,
    source: `s-${(n * 7) % 3}`,
    type: ['a', '\uffee', '\u{1f600}'][(n * 5) % 3],
    severity: SEVERITIES[(n * 3) % 5],
    occurred_at: new Date(START + ((n * 37) % 60) * 1000).toISOString(),
  })

test('a search whose time is over goes on where it was cut, and tells of every event once', async () => {
  const store = await storeForTest({ partRows: 4, clock: () => START })
  for (let n = 0; n < 60; n += 4) await ingest(store, [n, n + 1, n + 2, n + 3].map(made), START)
  for (const sortBy of SORT_KEYS) {
    for (const order of ['asc', 'desc'] as const) {
      const sorted = { sortBy, order }
      const whole = await store.searchEvents({ ...sorted, limit: 1000, offset: 0 })
      expect([whole.complete, whole.next]).toEqual([true, null])
      const ids: string[] = []
      let [pages, cut] = [0, 0]
      for (let cursor: string | null = ''; cursor !== null; pages++) {
        const from = cursor === '' ? undefined : readSearchCursor(cursor, sorted)
        const page = await store.searchEvents({ ...sorted, limit: 3, offset: 0, scanMs: 0, from })
        ids.push(...page.events.map(({ json }) => (JSON.parse(json) as Json).id))
        if (!page.complete) cut++
        cursor = page.next && searchCursor(page.next, sorted)
        // What comes in meanwhile, also with times in between, is of no page.
        if (pages % 7 === 0)
          await ingest(store, [event({ id: `${sortBy}${order}${pages}`, source: 'late' })], START)
      }
      const all = whole.events.map(({ json }) => (JSON.parse(json) as Json).id)
      expect(ids.toSorted()).toEqual(all.toSorted())
      expect(cut).toBeGreaterThan(10)
      expect(pages).toBeGreaterThan(20)
    }
  }
})

test('pages by cursor are those of one moment, in the order that was asked for', async () => {
  const hub = await collectorForTest({ limits: { partRows: 7 } })
  const sent = Array.from({ length: 40 }, (_, n) => made(n))
  await hub.events(sent)
  for (const query of ['sort_by=event_type', 'sort_order=asc', 'sort_by=severity&source_system=s-1', '']) {
    const whole = (await hub.get(`/events?${query}&limit=1000`)).body.events
    const paged: Json[] = []
    for (let cursor = ''; ;) {
      const { body } = await hub.get(`/events?limit=9&${query}&cursor=${cursor}`)
      paged.push(...body.events)
      expect(body.has_more).toBe(body.next_cursor !== null)
      if (body.next_cursor === null) break
      cursor = body.next_cursor
      await hub.events(event({ source: 's-1', occurred_at: new Date(START + 10_500).toISOString() }))
    }
    expect(paged).toEqual(whole)
  }
  const { next_cursor } = (await hub.get('/events?limit=1')).body
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong = [
    ['x', 'no cursor'],
    [json(['occurred', 'desc', '1']), 'no cursor'],
    [json(['occurred', 'desc', '1', ['1-9999999999']]), 'no cursor'],
    [json(['occurred', 'desc', '1', ['1', 'x', '2']]), 'no cursor'],
    [json(['occurred', 'desc', ['1']]), 'no cursor'],
    [`${next_cursor}&sort_order=asc`, 'another order'],
  ]
  for (const [cursor, why] of wrong) {
    const { status, body } = await hub.get(`/events?cursor=${cursor}`)
    expect([cursor, status, body.error]).toEqual([cursor, 400, 'invalid_parameter'])
    expect(body.message).toContain(why)
  }
  expect((await hub.get(`/events?cursor=${json(['occurred', 'desc', '1', ['77']])}`)).body.events).toEqual([])
})
