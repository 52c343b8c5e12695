import { utimes } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { claimed, drain, keep, leftBehind, records, spoolIn, temporary } from './test-spool.ts'

/** Three folders of processes that are gone, left in another order than that of their ages. */
async function threeLeft(): Promise<string> {
  const folder = await temporary()
  for (const [name, seconds] of [
    ['b', 2000],
    ['c', 3000],
    ['a', 1000],
  ] as const) {
    const files = await leftBehind(folder, [`${name}1`], [`${name}2`])
    for (const [n, file] of files.entries()) await utimes(file, seconds + n, seconds + n)
  }
  return folder
}

it('brings what was left by the age of its folder, and its own last', async () => {
  const { lane } = await claimed(await threeLeft())
  await keep(lane, 'own')
  expect(await drain(lane)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'own'])
})

it('gives up the oldest first of what was left, then of its own', async () => {
  const { lane } = await claimed(await threeLeft(), { maxBytes: 14 * 5 })
  expect(await keep(lane, 'o1')).toBe('kept')
  expect(await drain(lane)).toEqual(['b1', 'b2', 'c1', 'c2', 'o1'])
})

it('refuses what can never fit, and loses nothing for it', async () => {
  const { lane, lost } = spoolIn(await temporary(), { maxBytes: 60 })
  await keep(lane, 'a')
  await keep(lane, 'b')
  expect(await lane.write(records('x'.repeat(60)), 3, () => {})).toBe('full')
  expect(lost).toEqual({})
  await keep(lane, 'c'.repeat(23))
  expect(await drain(lane)).toEqual(['b', 'c'.repeat(23)])
})
