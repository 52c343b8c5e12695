import { expect, test } from 'vitest'
import { commitOrSplit } from './commit-or-split.ts'

const WRITES = [1, 1, 2, 3].map((job) => ({ job }))

function run(refuse: (jobs: number[]) => unknown) {
  const committed: number[] = []
  const failed: number[] = []
  commitOrSplit(
    WRITES,
    (writes) => {
      const jobs = writes.map(({ job }) => job)
      const error = refuse(jobs)
      if (error !== undefined) throw error
      committed.push(...jobs)
    },
    (jobs) => failed.push(...jobs),
  )
  return { committed, failed }
}

test('one bad job fails alone', () => {
  const bad = (jobs: number[]) => (jobs.includes(2) ? new Error('cannot be bound') : undefined)
  expect(run(bad)).toEqual({ committed: [1, 1, 3], failed: [2] })
})

test('a full disk fails all at once', () => {
  let tries = 0
  const full = () => {
    tries++
    return Object.assign(new Error('database or disk is full'), { errcode: 13 })
  }
  expect(run(full)).toEqual({ committed: [], failed: [1, 2, 3] })
  expect(tries).toBe(1)
})
