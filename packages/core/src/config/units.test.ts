import { describe, expect, it } from 'vitest'
import {
  bytes,
  duration,
  fieldPaths,
  flag,
  headerNames,
  label,
  list,
  oneOf,
  type Reader,
  ratio,
  text,
  UNFIT,
  wholeNumber,
} from './units.ts'

interface Case {
  name: string
  read: Reader<unknown>
  good: readonly (readonly [given: unknown, read: unknown])[]
  bad: readonly unknown[]
}

const ODD = [
  null,
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  {},
  [{}],
  Object.create(null),
  Symbol('odd'),
  () => 1,
]

const CASES: readonly Case[] = [
  {
    name: 'duration',
    read: duration(100, 60_000),
    good: [
      [500, 500],
      ['500', 500],
      [' 1.5 s ', 1500],
      ['1M', 60_000],
    ],
    bad: ['99ms', '61s', '5 weeks', '', '-5s', true],
  },
  {
    name: 'bytes',
    read: bytes(1024, 4 * 1024 ** 3),
    good: [
      [2048, 2048],
      ['64KiB', 65_536],
      ['1GB', 1e9],
      ['2m', 2 * 1024 ** 2],
    ],
    bad: ['1KB', '5GiB', '1XB', ''],
  },
  {
    name: 'wholeNumber',
    read: wholeNumber(1, 10),
    good: [
      [3, 3],
      [' 10 ', 10],
    ],
    bad: [0, 11, 1.5, '1.5', '1e1', '', true, 2 ** 60],
  },
  {
    name: 'ratio',
    read: ratio,
    good: [
      [0, 0],
      ['0.25', 0.25],
      ['1', 1],
    ],
    bad: [1.01, '-0.5', '.', '1.2.3', 'half'],
  },
  { name: 'oneOf', read: oneOf(['a', 'b']), good: [['b', 'b']], bad: ['A', '', 'ab'] },
  { name: 'text', read: text(/^\w+$/), good: [['tea', 'tea']], bad: ['two words', 5] },
  {
    name: 'label',
    read: label(5),
    good: [[' shop ', 'shop']],
    bad: ['', '   ', 'shopping', 5],
  },
  {
    name: 'list',
    read: list,
    good: [
      ['a, b,,', ['a', 'b']],
      [
        ['a', 'b,c'],
        ['a', 'b,c'],
      ],
      ['', []],
    ],
    bad: [5, ['a', 5]],
  },
  {
    name: 'headerNames',
    read: headerNames,
    good: [['X-Tenant, accept', ['x-tenant', 'accept']]],
    bad: ['a b', ['x:y'], [5]],
  },
  {
    name: 'fieldPaths',
    read: fieldPaths,
    good: [['order_id,customer.country', ['order_id', 'customer.country']]],
    bad: ['a..b', '.a', '__proto__.x', 'a b'],
  },
  {
    name: 'flag',
    read: flag,
    good: [
      [true, true],
      [' On ', true],
      ['0', false],
    ],
    bad: ['', 'maybe', 1],
  },
]

describe.each(CASES)('$name', ({ read, good, bad }) => {
  it('takes what it wants', () => {
    for (const [given, expected] of good) expect(read(given)).toEqual(expected)
  })

  it('takes nothing else, and never throws', () => {
    for (const given of [...bad, ...ODD]) expect([given, read(given)]).toEqual([given, UNFIT])
  })
})
