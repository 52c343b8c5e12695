import { expect, test } from 'vitest'
import { bounded, plain } from './plain-text.ts'
import { spanLines, type TraceSpan } from './span-digest.ts'

const START = 1_700_000_000_000_000_000n

function span(
  id: number,
  parent: number | null,
  from: number,
  ms: number,
  more: Partial<TraceSpan> = {},
): TraceSpan {
  const startTimeUnixNano = `${START + BigInt(from * 1e6)}`
  return {
    traceId: 'ab'.repeat(16),
    spanId: String(id),
    parentSpanId: parent === null ? null : String(parent),
    service: 'shop',
    name: `span ${id}`,
    kind: 'internal',
    startTimeUnixNano,
    endTimeUnixNano: `${START + BigInt((from + ms) * 1e6)}`,
    durationMs: ms,
    status: { code: 'unset', message: '' },
    traceState: '',
    flags: 1,
    attributes: {},
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    ...more,
  }
}

test('a tree has each span once, with the time that is its own, also where parents overlap, miss or go in a circle', () => {
  const { lines } = spanLines([
    span(1, null, 0, 100),
    span(2, 1, 10, 40),
    span(3, 1, 30, 40),
    span(4, 99, 50, 5),
    span(5, 6, 60, 1),
    span(6, 5, 60, 1),
  ])
  expect(lines).toEqual([
    '+0 ms shop span 1 (internal, 100 ms, self 40 ms)',
    '  +10 ms shop span 2 (internal, 40 ms)',
    '  +30 ms shop span 3 (internal, 40 ms)',
    '+50 ms shop span 4 (internal, 5 ms)',
    '+60 ms shop span 5 (internal, 1 ms, self 0 ms)',
    '  +60 ms shop span 6 (internal, 1 ms, self 0 ms)',
  ])
})

test('of a large trace those are shown that failed or took the most themselves', () => {
  const failed = { status: { code: 'error', message: 'no tea' } } as const
  const many = Array.from({ length: 10_000 }, (_, n) =>
    span(n + 2, 1, n, n === 7000 ? 900 : 0.5, n === 9000 ? failed : {}),
  )
  const { lines, shown } = spanLines([span(1, null, 0, 10_000), ...many])
  expect(shown).toBe(lines.length)
  expect(lines.length).toBeLessThanOrEqual(50)
  expect(lines[0]).toMatch(/^\+0 ms shop span 1 /)
  expect(lines).toContain('  +7 s shop span 7002 (internal, 900 ms)')
  expect(lines).toContain('  +9 s shop span 9002 (internal, 0.5 ms) FAILED: no tea')
})

test('texts of others are one line of what can be seen, and no longer than they may be', () => {
  expect(plain('a\r\nb\u001b[31m\u202e\u200b\u{e0041}\ufe0fc\ud800')).toBe('a b [31mc')
  expect(plain('é'.repeat(400))).toBe(`${'é'.repeat(299)}…`)
  expect(plain('日本 👍🏽 ok')).toBe('日本 👍🏽 ok')
  expect(bounded(['x'.repeat(6), 'y'.repeat(6), 'z'], 10)).toEqual([
    'x'.repeat(6),
    '… and 2 more lines; ask for less at a time',
  ])
  expect(bounded(['a', 'b'], 4)).toEqual(['a', 'b'])
})
