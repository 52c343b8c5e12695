import { expect, it } from 'vitest'
import { BoundedQueue } from '../client/queue.ts'
import { StoredEvent } from '../events/envelope.ts'
import type { Priority } from '../wire/event.ts'
import { ByteWriter } from './byte-writer.ts'
import { Pages } from './pages.ts'

const writer = new ByteWriter()
const pages = new Pages()

const keep = (text: string, priority: Priority = 'normal'): StoredEvent =>
  pages.keep(new StoredEvent(priority, 0), writer.reset().text(text))

it('gives back what was written, whatever its length and its characters', () => {
  const texts = ['', 'a', 'Grüße 🙂', 'x'.repeat(127), 'ü'.repeat(128), 'y'.repeat(8192), '🙂'.repeat(40_000)]
  const kept = Array.from({ length: 50 }, () => texts)
    .flat()
    .map((text) => ({ text, event: keep(text) }))
  for (const { text, event } of kept) {
    expect(event.json()).toBe(text)
    expect(event.body).toEqual(Buffer.from(text))
  }
})

it('holds no page for the sake of a few that are more important than the rest', () => {
  const held = new Set<Buffer>()
  const queue = new BoundedQueue<StoredEvent>(256 * 1024, () => {})
  for (let n = 0; n < 100_000; n++) queue.push(keep('x'.repeat(500), n % 1000 === 0 ? 'high' : 'low'))
  for (const { page } of queue.take(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) held.add(page)
  const bytes = [...held].reduce((sum, page) => sum + page.length, 0)
  // What waits, and of each of the two priorities a page that is not full and one whose beginning has gone.
  expect(bytes).toBeLessThan(256 * 1024 + 4 * 32 * 1024)
})

it('keeps no memory for the longest it has written', () => {
  writer.reset().text('x'.repeat(3 * 1024 * 1024))
  expect(writer.reset().text('short').finish().buffer.byteLength).toBe(5)
  const { buffer } = writer as unknown as { buffer: Buffer }
  expect(buffer.length).toBeLessThan(64 * 1024)
})
