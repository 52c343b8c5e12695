import { expect, test } from 'vitest'
import { afterOccurrence, decided, stateAt, type GroupState, type StateOccurrence } from './state.ts'
import { compareVersions } from './versions.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')

const came = (overrides: Partial<StateOccurrence> = {}): StateOccurrence => ({
  timeMs: NOW + 1,
  version: null,
  count: 11,
  firstSeen: () => null,
  ...overrides,
})
const resolvedIn = (version: string | null): GroupState => decided({ to: 'resolved', version }, 10, NOW)
const then = (group: GroupState, overrides?: Partial<StateOccurrence>) =>
  afterOccurrence(group, came(overrides)).state

test('what was resolved regresses with what happened later, not with what only arrives later', () => {
  expect(then(resolvedIn(null))).toBe('regressed')
  expect(then(resolvedIn(null), { timeMs: NOW - 1 })).toBe('resolved')
})

test.each([
  ['1.3.0', 'regressed'],
  ['1.2.0', 'regressed'],
  ['v1.10.0', 'regressed'],
  ['1.2.0-rc.1', 'resolved'],
  ['1.1.9', 'resolved'],
  [null, 'resolved'],
])('what was resolved in 1.2.0 and comes from %s is %s', (version, state) => {
  expect(then(resolvedIn('1.2.0'), { version })).toBe(state)
})

test('of versions without an order the one that was seen later is newer', () => {
  const seen: Record<string, number> = { old: NOW - 500, fix: NOW - 100, later: NOW - 50 }
  const firstSeen = (version: string) => seen[version] ?? null
  const from = (version: string) => then(resolvedIn('fix'), { version, firstSeen })
  expect(['old', 'fix', 'later', 'unseen'].map(from)).toEqual([
    'resolved',
    'regressed',
    'regressed',
    'regressed',
  ])
  const unknown = (version: string) => then(resolvedIn('not out yet'), { version, firstSeen })
  expect(['old', 'later', 'unseen'].map(unknown)).toEqual(['resolved', 'resolved', 'regressed'])
})

test('what is muted stays so for ever, until a time, or until so many more', () => {
  const muted = (untilMs: number | null, more: number | null) =>
    decided({ to: 'muted', untilMs, more }, 10, NOW)
  expect(then(muted(null, null), { timeMs: NOW * 2, count: 1e9 })).toBe('muted')
  expect(then(muted(NOW + 100, null), { timeMs: NOW + 99 })).toBe('muted')
  expect(then(muted(NOW + 100, null), { timeMs: NOW + 100 })).toBe('open')
  expect(stateAt(muted(NOW + 100, null), NOW + 100)).toMatchObject({ state: 'open', stateMs: NOW + 100 })
  expect(then(muted(null, 5), { count: 14 })).toBe('muted')
  expect(then(muted(null, 5), { count: 15 })).toBe('open')
})

test('what is open or regressed stays so until somebody decides', () => {
  const open = decided({ to: 'open' }, 10, NOW)
  expect(then(open)).toBe('open')
  const regressed = afterOccurrence(resolvedIn('1.2.0'), came({ version: '1.2.0' }))
  expect(regressed).toMatchObject({ state: 'regressed', resolvedVersion: '1.2.0' })
  expect(then(regressed, { version: '0.1.0' })).toBe('regressed')
})

test.each([
  ['1.9.0', '1.10.0', -1],
  ['1.0', 'v1.0.0', 0],
  ['1.0.0-alpha.2', '1.0.0-alpha.10', -1],
  ['1.0.0-alpha', '1.0.0-1', 1],
  ['1.0.0-rc.1', '1.0.0-rc.1.1', -1],
  ['1.0.0+a', '1.0.0+b', 0],
  ['2026013101', '2026013102', -1],
  ['4f3a2b1', '9e8d7c6', undefined],
  ['12', '1.2.0', undefined],
])('%s beside %s is %s', (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order)
  if (order !== undefined) expect(compareVersions(b, a)).toBe(order === 0 ? 0 : -order)
})
