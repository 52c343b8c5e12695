import { afterEach, expect, it, vi } from 'vitest'

/** The module afresh, as it remembers the last id. */
async function ids() {
  vi.resetModules()
  return import('./ids.ts')
}

afterEach(() => void vi.doUnmock('node:crypto'))

it('makes ULIDs that begin with the time', async () => {
  const { newEventId, isUlid } = await ids()
  // The example of the specification.
  expect(newEventId(1_469_918_176_385)).toMatch(/^01ARYZ6S41/)
  expect(isUlid(newEventId())).toBe(true)
  expect(newEventId(2 ** 48 - 1)).toMatch(/^7ZZZZZZZZZ/)
})

it('makes each id greater than the one before, whatever the clock does', async () => {
  const { newEventId } = await ids()
  const times = [1000, 1000, 1000, 1001, 900, 900.5, 1001, 1001.5, 5000, 4999]
  const made = Array.from({ length: 1000 }, (_, n) => newEventId(times[n % times.length]))
  expect(made).toEqual(made.toSorted())
  expect(new Set(made).size).toBe(made.length)
})

it('goes on in the next millisecond when one is used up', async () => {
  vi.doMock('node:crypto', () => ({ randomFillSync: (bytes: Uint8Array) => bytes.fill(0xff) }))
  const { newEventId } = await ids()
  expect(newEventId(1000)).toBe('00000000Z8ZZZZZZZZZZZZZZZZ')
  expect(newEventId(1000)).toBe('00000000Z9ZZZZZZZZZZZZZZZZ')
})

it('carries from one part of the random half to the next', async () => {
  const fill = (bytes: Uint8Array) => bytes.fill(0xff, 12, 16)
  vi.doMock('node:crypto', () => ({ randomFillSync: fill }))
  const { newEventId } = await ids()
  expect(newEventId(0)).toBe('0000000000000000000000ZZZZ')
  expect(newEventId(0)).toBe('00000000000000000000010000')
})

it('draws the random half anew in each millisecond', async () => {
  const { newEventId } = await ids()
  const halves = Array.from({ length: 2000 }, (_, ms) => newEventId(ms).slice(10))
  expect(new Set(halves).size).toBe(halves.length)
})
