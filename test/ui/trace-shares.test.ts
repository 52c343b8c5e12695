import { expect, test } from 'vitest'
import { sharesOf } from '../../collector/dashboard/src/pages/trace/critical-path.ts'
import { beginOf, placeSpans } from '../../collector/dashboard/src/pages/trace/tree.ts'
import type { Span } from '../../collector/dashboard/src/pages/trace/types.ts'

type Given = readonly [id: string, parent: string | null, from: number, to: number]

/** Self time and the stretches on the critical path of each span. */
function shares(...given: Given[]): Record<string, [selfMs: number, ...path: string[]]> {
  const spans = given.map(([spanId, parentSpanId, from, to]): Span => ({
    service: 'shop',
    spanId,
    parentSpanId,
    name: spanId,
    kind: 'server',
    startTimeUnixNano: String(from * 1_000_000),
    endTimeUnixNano: String(to * 1_000_000),
    durationMs: to - from,
    attributes: {},
    events: [],
    status: { code: 'unset', message: '' },
  }))
  const placed = placeSpans(spans, beginOf(spans)!)
  const { selfMs, critical } = sharesOf(placed)
  return Object.fromEntries(
    placed.map(({ span }, index) => {
      const path = (critical.get(index) ?? []).map(({ from, to }) => `${from}-${to}`)
      return [span.spanId, [selfMs[index]!, ...path]]
    }),
  )
}

test('the critical path goes through what was waited for, and self time is without children', () => {
  expect(
    shares(
      ['root', null, 0, 100],
      ['first', 'root', 10, 30],
      ['last', 'root', 40, 90],
      ['leaf', 'last', 50, 80],
    ),
  ).toEqual({
    root: [30, '0-10', '30-40', '90-100'],
    first: [20, '10-30'],
    last: [20, '40-50', '80-90'],
    leaf: [30, '50-80'],
  })
})

test('of children side by side the last to end is on the path, and time covered twice counts once', () => {
  expect(shares(['root', null, 0, 100], ['short', 'root', 10, 60], ['long', 'root', 20, 90])).toEqual({
    root: [20, '0-20', '90-100'],
    short: [50],
    long: [70, '20-90'],
  })
})

test('what outlives its parent is cut at its end', () => {
  expect(shares(['root', null, 0, 50], ['late', 'root', 40, 200], ['after', 'root', 60, 70])).toEqual({
    root: [40, '0-40'],
    late: [160, '40-50'],
    after: [10],
  })
})

test('a chain of ten thousand is no deeper than the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, index): Given => {
    return [String(index), index === 0 ? null : String(index - 1), index, 20_000 - index]
  })
  const found = shares(...chain)
  expect(found['9999']).toEqual([2, '9999-10001'])
  expect(found['0']).toEqual([2, '0-1', '19999-20000'])
})
