import { expect, test } from 'vitest'
import { Feed, MOST_ROWS } from './feed.ts'

const json = (n: number, text = ''): string =>
  JSON.stringify({
    id: `e${n}`,
    type: 'a.b',
    source: 'shop',
    occurred_at: '2026-01-31T12:00:00Z',
    payload: { n, text },
  })

test('of a flood the newest are shown and all are counted', () => {
  const feed = new Feed()
  for (let n = 0; n < 20_000; n++) feed.add(json(n))
  expect([feed.look(), feed.look()]).toEqual([true, false])
  expect([feed.count, feed.skipped, feed.rows.length]).toEqual([20_000, 20_000 - MOST_ROWS, MOST_ROWS])
  expect(feed.rows.at(-1)).toMatchObject({ id: 'e19999', summary: 'n=19999 text=', severity: 'info' })
  feed.add(json(20_000))
  feed.look()
  expect([feed.rows.length, feed.rows.at(-1)?.id, feed.rows[0]?.id]).toEqual([MOST_ROWS, 'e20000', 'e19501'])
})

test('large events take no more memory than small ones, neither while they wait nor when they are shown', () => {
  const feed = new Feed()
  const large = 'x'.repeat(900_000)
  for (let n = 0; n < 10; n++) feed.add(json(n, large))
  feed.look()
  expect([feed.count, feed.rows.length, feed.skipped]).toEqual([10, 2, 8])
  expect(JSON.stringify(feed.rows).length).toBeLessThan(2000)
  feed.add(json(11, 'y'.repeat(5_000_000)))
  feed.look()
  expect(feed.rows.at(-1)?.id).toBe('e11')
})
