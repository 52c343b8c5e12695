import { newEventId } from '@hubline/core/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ulidAt } from './store/sqlite/cursor.ts'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'
import { openStream, type Message } from './testing/event-stream.ts'
import { FILTER_CASES, FILTERED_EVENTS } from './testing/filter-cases.ts'

/** Passes every filter below. */
const end = () => event({ type: 'end', severity: 'error', tags: ['one'], payload: { pad: 'xxx' } })
const ids = (messages: Message[]) => messages.map(({ event: { id } }) => id)

test('each filter passes the same events on, stored ones as well as live ones', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4 } })
  await hub.events(FILTERED_EVENTS)
  for (const [query, names] of FILTER_CASES) {
    if (names === '') continue
    const wanted = names.split(' ')
    const stream = await openStream(hub, `?since=2020-01-01&${query}`)
    expect([query, ids(await stream.take(wanted.length)).join(' ')]).toEqual([query, names])
    stream.close()
  }
})

test('each filter holds for what is passed on from memory', async () => {
  const hub = await collectorForTest()
  const streams = await Promise.all(FILTER_CASES.map(([query]) => openStream(hub, `?${query}`)))
  await hub.events(FILTERED_EVENTS)
  await hub.events(FILTERED_EVENTS.map((each) => ({ ...each, id: `${(each as Json).id}-2` })))
  // Passes the filters that leave all others out.
  const text = '0%_f received_at nowhere'
  await hub.events(event({ id: 'found', type: '*.sent', tags: ['tags', 'x', 'y'], payload: { text } }))
  for (const [index, [query, names]] of FILTER_CASES.entries()) {
    const wanted = names === '' ? [] : names.split(' ')
    const all = names === '' ? ['found'] : [...wanted, ...wanted.map((id) => `${id}-2`)]
    expect([query, ids(await streams[index]!.take(all.length))]).toEqual([query, all])
  }
})

/** Batches with late events and some that were sent before. */
async function write(hub: TestCollector, name: string, rounds: number): Promise<void> {
  let before: object[] = []
  for (let round = 0; round < rounds; round++) {
    const batch = Array.from({ length: 10 }, (_, index) => {
      const late = ulidAt(Date.now() - 3_600_000 * (index % 3)).slice(0, 10) + newEventId().slice(10)
      const severity = index % 4 === 0 ? 'error' : 'info'
      return event({ id: late, severity, tags: [name], payload: { pad: 'x'.repeat(500) } })
    })
    expect((await hub.events([...batch, ...before])).status).toBe(200)
    before = batch.slice(0, 2)
  }
}

/** Takes events up to the end, leaving and coming back after every few. */
async function follow(hub: TestCollector, query: string, turns: readonly number[]): Promise<Json[]> {
  const seen: Json[] = []
  for (let turn = 0, last = ''; seen.at(-1)?.type !== 'end'; turn++) {
    const stream = await openStream(hub, `?${query}`, last === '' ? {} : { 'last-event-id': last })
    for (let left = turns[turn % turns.length]!; left > 0 && seen.at(-1)?.type !== 'end'; left--) {
      const [message] = await stream.take(1)
      last = message!.id
      seen.push(message!.event)
    }
    stream.close()
  }
  return seen
}

const FOLLOWED: readonly [query: string, keeps: (event: Json) => boolean][] = [
  ['type=*', () => true],
  ['severity=error,critical', ({ severity }) => severity === 'error'],
  ['tags=one&text=XXX', ({ tags }) => tags.includes('one')],
  ['min_severity=warning&tags=one', ({ severity, tags }) => severity === 'error' && tags.includes('one')],
]

test('whoever leaves and resumes while others write gets every event of its filter once, in order', async () => {
  const hub = await collectorForTest({ limits: { partRows: 50, retentionPace: Number.POSITIVE_INFINITY } })
  await hub.events(event())
  const turns = fc.array(fc.integer({ min: 3, max: 30 }), { minLength: 1, maxLength: 5 })
  const given = fc.array(turns, { minLength: FOLLOWED.length, maxLength: FOLLOWED.length })
  await fc.assert(
    fc.asyncProperty(given, async (each) => {
      const before = (await hub.allEvents()).at(-1).cursor
      const writing = Promise.all(['one', 'two'].map((name) => write(hub, name, 12)))
      const following = FOLLOWED.map(([query], index) =>
        follow(hub, `cursor=${before}&${query}`, each[index]!),
      )
      await writing
      await hub.events(end())
      const stored = (await hub.allEvents()).filter(({ cursor }) => cursor > before)
      for (const [index, seen] of (await Promise.all(following)).entries()) {
        expect(seen).toEqual(stored.filter(FOLLOWED[index]![1]))
      }
    }),
    // What depends on timing cannot be made smaller.
    { numRuns: 3, endOnFailure: true },
  )
}, 60_000)

test('several hundred streams each get everything', async () => {
  const hub = await collectorForTest()
  const streams = await Promise.all(Array.from({ length: 300 }, () => openStream(hub, '?type=shop.*')))
  const sent = Array.from({ length: 20 }, (_, n) => event({ payload: { n } }))
  await hub.events([...sent, event({ type: 'other' })])
  for (const stream of streams)
    expect((await stream.take(20)).map(({ event: { payload } }) => payload.n)).toEqual([...sent.keys()])
})
