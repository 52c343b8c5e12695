import { expect, it } from 'vitest'
import { linesInOrder } from '../client/event-order.ts'
import { BoundedQueue, countOf, halvesOf } from '../client/queue.ts'
import { EventRun, NEW_LINE } from '../events/envelope.ts'
import type { Priority } from '../wire/event.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Page } from './page.ts'
import { Pages } from './pages.ts'

const ALL = Number.MAX_SAFE_INTEGER
const writer = new ByteWriter()

/** A queue of events on pages; each is the text of its number. */
function eventQueue(maxBytes = ALL) {
  const pages = new Pages()
  const lost = { count: 0 }
  const queue = new BoundedQueue<EventRun>(maxBytes, (count) => (lost.count += count))
  let seq = 0
  const push = (priority: Priority = 'normal', text?: string): boolean => {
    const page = pages.keep(
      priority,
      ++seq,
      // In its place at once, or brought there.
      (seq % 3 === 0 ? writer.reset() : pages.begin(priority, writer))
        .text(text ?? String(seq))
        .byte(NEW_LINE),
    )
    return queue.push(new EventRun(priority, page, page.count - 1, page.count))
  }
  return { queue, push, lost }
}

const textsOf = (events: readonly EventRun[]): string[] =>
  String(Buffer.concat(linesInOrder(events))).split('\n')
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n))
const pagesOf = (events: readonly EventRun[]): Set<Page> => new Set(events.map(({ page }) => page))

it('gives back what was written, whatever its length and its characters', () => {
  const { queue, push } = eventQueue()
  const lengths = [
    '',
    'a',
    'Grüße 🙂',
    'x'.repeat(127),
    'ü'.repeat(128),
    'y'.repeat(8192),
    '🙂'.repeat(40_000),
  ]
  const texts = Array.from({ length: 50 }, () => lengths).flat()
  for (const text of texts) push('normal', text)
  expect(queue.size).toBe(texts.length)
  const events = queue.take(ALL, ALL)
  expect(textsOf(events)).toEqual(texts)
  expect(events.flatMap((run) => [...run.each()]).map(({ body }) => String(body))).toEqual(texts)
})

it('holds many events as a few runs, from which a batch takes as many as it may', () => {
  const { queue, push } = eventQueue()
  for (let n = 0; n < 1000; n++) push()
  const first = queue.take(300, ALL)
  const second = queue.take(300, 150 * first[0]!.bytes)
  const [bytes] = queue.take(1, ALL)
  expect([countOf(first), countOf(second), bytes!.items, queue.size]).toEqual([300, 300, 1, 399])
  expect(first.length + second.length).toBeLessThan(6)
  expect(textsOf([...first, ...second])).toEqual(numbers(1, 600))
  queue.restore([bytes!])
  queue.restore(second)
  const few = queue.take(ALL, second[0]!.bytes / 2)
  expect(countOf(few)).toBeLessThan(second[0]!.items)
  expect(few.reduce((sum, run) => sum + run.bytes, 0)).toBeLessThanOrEqual(second[0]!.bytes / 2)
  expect(textsOf([...few, ...queue.take(ALL, ALL)])).toEqual(numbers(301, 1000))
  expect([queue.size, queue.bytes]).toEqual([0, 0])
})

it('sends events in the order in which they were made, whatever lane they waited in', () => {
  const { queue, push } = eventQueue()
  for (let n = 1; n <= 2000; n++) push(n % 700 === 0 ? 'critical' : n % 3 === 0 ? 'normal' : 'low')
  const events = queue.take(ALL, ALL)
  expect(events[0]!.priority).toBe('critical')
  expect(textsOf(events)).toEqual(numbers(1, 2000))
})

it('loses the oldest of the lowest priority one by one, and counts each', () => {
  const { queue, push, lost } = eventQueue(64 * 1024)
  const one = 'x'.repeat(100)
  for (let n = 0; n < 10; n++) push('high', one)
  let kept = 0
  while (lost.count === 0) if (push('low', one)) kept++
  expect(lost.count).toBe(1)
  for (let n = 0; n < 99; n++) push('low', one)
  expect(lost.count).toBe(100)
  const events = queue.take(ALL, ALL)
  expect(countOf(events)).toBe(10 + kept - 1)
  expect(events.map(({ priority }) => priority)).toEqual(expect.arrayContaining(['high', 'low']))
  expect(events.find(({ priority }) => priority === 'low')!.seq).toBe(111)
})

it('divides what is too large down to single events', () => {
  const { queue, push } = eventQueue()
  for (let n = 0; n < 300; n++) push(n % 2 === 0 ? 'normal' : 'high')
  const single: EventRun[] = []
  const divide = (batch: EventRun[]): void => {
    if (countOf(batch) === 1) return void single.push(...batch)
    const [first, second] = halvesOf(batch)
    expect(Math.abs(countOf(first) - countOf(second))).toBeLessThanOrEqual(1)
    divide(first)
    divide(second)
  }
  divide(queue.take(ALL, ALL))
  expect(textsOf(single)).toEqual(numbers(1, 300))
})

it('holds no page for the sake of a few that are more important than the rest', () => {
  const { queue, push } = eventQueue(256 * 1024)
  for (let n = 0; n < 100_000; n++) push(n % 1000 === 0 ? 'high' : 'low', 'x'.repeat(500))
  const bytes = [...pagesOf(queue.take(ALL, ALL))].reduce((sum, { buffer }) => sum + buffer.length, 0)
  // What waits, and of each of the two priorities a page that is not full and one whose beginning has gone.
  expect(bytes).toBeLessThan(256 * 1024 + 4 * 32 * 1024)
})

it('writes a page anew once nobody reads it, and not before', () => {
  const { queue, push } = eventQueue()
  const seen = new Set<Page>()
  const held: { events: EventRun[]; from: number; to: number }[] = []
  let from = 1
  for (let lap = 0; lap < 200; lap++) {
    for (let n = 0; n < 100; n++) push(n % 10 === 0 ? 'high' : 'low')
    const events = queue.take(100, ALL)
    for (const page of pagesOf(events)) seen.add(page)
    held.push({ events, from, to: from + 99 })
    from += 100
    if (held.length < 5) continue
    // As a receiver that answers late, and in another order.
    const [one] = held.splice((lap * 7) % 5, 1)
    expect(textsOf(one!.events)).toEqual(numbers(one!.from, one!.to))
    for (const run of one!.events) run.release()
    for (const run of one!.events) run.release()
  }
  for (const { events, from: first, to } of held) expect(textsOf(events)).toEqual(numbers(first, to))
  // 20,000 events would fill 79 pages.
  expect(seen.size).toBeLessThan(20)
})

it('keeps no memory for the longest it has written', () => {
  writer.reset().text('x'.repeat(3 * 1024 * 1024))
  expect(writer.reset().text('short').finish().buffer.byteLength).toBe(5)
  const { buffer } = writer as unknown as { buffer: Buffer }
  expect(buffer.length).toBeLessThan(64 * 1024)
})
