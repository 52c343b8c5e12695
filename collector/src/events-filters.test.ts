import { describe, expect, test } from 'vitest'
import { collectorForTest, type Json } from './testing/collector.ts'
import { FILTER_CASES, FILTERED_EVENTS } from './testing/filter-cases.ts'

describe.each([
  ['an open part', 1000],
  ['sealed parts', 3],
])('in %s', (_where, partRows) => {
  test('each filter finds what it names, from either end', async () => {
    const hub = await collectorForTest({ limits: { partRows } })
    for (const each of FILTERED_EVENTS) expect((await hub.events(each)).status).toBe(201)
    for (const [query, ids] of FILTER_CASES) {
      for (const order of ['asc', 'desc']) {
        const { status, body } = await hub.get(`/api/v1/hub/events?order=${order}&${query}`)
        const found = body.data.map(({ id }: Json) => id)
        if (order === 'desc') found.reverse()
        expect([query, status, found.join(' '), body.has_more]).toEqual([query, 200, ids, false])
      }
    }
  })
})

test('since and until go by the time of receipt, up to but not including the latter', async () => {
  let now = Date.UTC(2026, 0, 31, 12)
  const hub = await collectorForTest({ clock: () => now })
  for (const each of FILTERED_EVENTS.slice(0, 4)) {
    await hub.events(each)
    now += 60_000
  }
  const found = await hub.get('/api/v1/hub/events?since=2026-01-31T12:01:00Z&until=2026-01-31T12:03:00Z')
  expect(found.body.data.map(({ id }: Json) => id)).toEqual(['paid', 'orders'])
})

test('a parameter that cannot be is named, with what it got and what it wants', async () => {
  const hub = await collectorForTest()
  const cases: [query: string, ...said: string[]][] = [
    ['severity=fatal', 'severity', 'fatal', 'debug, info, warning, error, critical'],
    ['min_severity=error,critical', 'min_severity', 'error,critical', 'debug or info'],
    ['priority=urgent', 'priority', 'urgent', 'low or normal or high or critical'],
    ['trace_id=xyz', 'trace_id', 'xyz', '32 hex digits'],
    ['occurred_since=yesterday', 'occurred_since', 'yesterday', 'RFC 3339'],
    ['until=soon', 'until', 'soon', 'RFC 3339'],
    ['tags=a,,b', 'tags', 'a,,b', 'commas'],
    [`text=${'x'.repeat(201)}`, 'text', 'at most 200 characters'],
    ['colour=red', 'colour', 'takes source, type, severity'],
  ]
  for (const [query, ...said] of cases) {
    const { status, body } = await hub.get(`/api/v1/hub/events?${query}`)
    expect([status, body.error]).toEqual([400, 'invalid_parameter'])
    for (const word of said) expect(body.message).toContain(word)
  }
})
