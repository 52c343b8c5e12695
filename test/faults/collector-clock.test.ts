import { startCollector } from '@hubline/collector'
import { newEventId } from '@hubline/core/wire'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { account } from './account.ts'
import { readDisk } from './collector-disk.ts'

const YEAR_MS = 365 * 86_400_000
const START = Date.UTC(2026, 0, 31)

/** An id as a client makes it whose clock shows `ms`. */
function idAt(ms: number): string {
  let time = ''
  for (let rest = ms; time.length < 10; rest = Math.floor(rest / 32)) {
    time = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[rest % 32]! + time
  }
  return time + newEventId().slice(10)
}

interface Stored {
  id: string
  occurred_at: string
  received_at: string
}

test('a clock that jumps by a year, on either side, costs and repeats nothing', async () => {
  let now = START
  const data = await temporaryFolder()
  const open = async () => {
    const collector = await startCollector({ port: 0, data, clock: () => now, limits: { partRows: 40 } })
    onTestFinished(() => collector.close())
    return collector
  }
  let collector = await open()
  const url = () => `${collector.url}/api/v1/hub/events`
  const post = async (events: object[]) => {
    const body = JSON.stringify(events)
    const headers = { 'content-type': 'application/json' }
    return (await (await fetch(url(), { method: 'POST', headers, body })).json()) as object
  }
  const sent: { id: string; occurred_at: string; received_at: string }[] = []
  // The collector's clock jumps, and at each place there are senders whose clocks are wrong by a year.
  const jumps = [0, YEAR_MS, 0, -YEAR_MS, 1000, 2 * YEAR_MS, 2000]
  for (const jump of jumps) {
    now = START + jump
    const events = [-YEAR_MS, 0, YEAR_MS].flatMap((skew) =>
      Array.from({ length: 10 }, () => {
        const occurred_at = new Date(now + skew).toISOString()
        return { id: idAt(now + skew), occurred_at, type: 'x', source: 'shop', payload: {} }
      }),
    )
    expect(await post(events)).toEqual({ accepted: 30, duplicates: 0, rejected: [] })
    expect(await post(events)).toEqual({ accepted: 0, duplicates: 30, rejected: [] })
    const received_at = new Date(now).toISOString()
    for (const { id, occurred_at } of events) sent.push({ id, occurred_at, received_at })
    await collector.close()
    collector = await open()
    expect(await post(events)).toEqual({ accepted: 0, duplicates: 30, rejected: [] })
  }
  const read: Stored[] = []
  for (let query = 'limit=200'; ;) {
    const page = (await (await fetch(`${url()}?${query}`)).json()) as {
      data: Stored[]
      next_cursor: string
      has_more: boolean
    }
    read.push(...page.data)
    if (!page.has_more) break
    query = `limit=200&cursor=${page.next_cursor}`
  }
  // In the order of commit, each with the time that its sender gave it beside the one of its arrival.
  expect(read.map(({ id, occurred_at, received_at }) => ({ id, occurred_at, received_at }))).toEqual(sent)
  await collector.close()
  const disk = readDisk(data)
  expect([disk.events.size, disk.repeated, [...disk.integrity]]).toEqual([sent.length, 0, ['ok']])
  const stored = sent.filter(({ id }) => disk.events.has(id)).length
  const counts = { generated: sent.length, stored, missing: sent.length - stored }
  account({ side: 'collector', scenario: 'collector-clock/jumps', ...counts }, { jumps: jumps.length })
})
