import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { RecentSpans, type RecentSpan } from './recent-spans.ts'

const CAPACITY = 64
const span = (service: number): RecentSpan => ({
  service,
  peer: 8191,
  minute: 2 ** 31,
  bucket: 321,
  failed: true,
})

function visited(spans: RecentSpans, [trace, id]: [Uint8Array, Uint8Array]): RecentSpan[] {
  const found: RecentSpan[] = []
  spans.visit(trace, id, (each) => {
    found.push(each)
    return false
  })
  return found
}

test('what is remembered comes back as it was, at least as many as the capacity and at most twice', () => {
  const spans = new RecentSpans(CAPACITY)
  const ids = Array.from({ length: 1000 }, () => [randomBytes(16), randomBytes(8)] as [Buffer, Buffer])
  for (const [index, [trace, id]] of ids.entries()) {
    spans.add(trace, id, span(index))
    const newest = ids.slice(Math.max(0, index + 1 - CAPACITY), index + 1)
    const first = Math.max(0, index + 1 - CAPACITY)
    expect(newest.every(([ofTrace, ofSpan], nth) => spans.has(ofTrace, ofSpan, first + nth))).toBe(true)
  }
  expect(ids.filter(([trace, id], n) => spans.has(trace, id, n)).length).toBeLessThanOrEqual(2 * CAPACITY)
  expect(visited(spans, ids.at(-1)!)).toEqual([span(999)])
  expect(visited(spans, ids[0]!)).toEqual([])
})

test('several of the same ids are all visited, and each is marked by itself', () => {
  const spans = new RecentSpans(CAPACITY)
  const [trace, id] = [randomBytes(16), randomBytes(8)]
  for (const service of [1, 2, 3]) spans.add(trace, id, span(service))
  spans.visit(trace, id, ({ service }) => service === 2)
  const marks: [number, boolean][] = []
  spans.visit(trace, id, ({ service }, marked) => {
    marks.push([service, marked])
    return false
  })
  expect(marks).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ])
})

test('ids that count up are told apart', () => {
  const spans = new RecentSpans(2 ** 14)
  const idOf = (n: number) => Buffer.from(n.toString(16).padStart(16, '0'), 'hex')
  const traceOf = (n: number) => Buffer.from(n.toString(16).padStart(32, '0'), 'hex')
  for (let n = 1; n <= 100; n++) for (let m = 1; m <= 100; m++) spans.add(traceOf(n), idOf(m), span(n))
  for (let n = 1; n <= 100; n++) {
    expect(visited(spans, [traceOf(n), idOf(n)])).toEqual([span(n)])
    expect(spans.has(traceOf(n), idOf(101), 1)).toBe(false)
  }
})

test('a span is told from those of other services with the same ids, of which there are a few at most', () => {
  const spans = new RecentSpans(CAPACITY)
  const [trace, id] = [randomBytes(16), randomBytes(8)]
  spans.add(trace, id, span(1))
  expect([1, 2].map((service) => spans.has(trace, id, service))).toEqual([true, false])
  for (let service = 2; !spans.has(trace, id, service); service++) spans.add(trace, id, span(service))
  expect(visited(spans, [trace, id])).toHaveLength(8)
})
