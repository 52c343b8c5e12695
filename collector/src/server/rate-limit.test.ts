import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('a burst of items may come at once, what is beyond has to be made up for', () => {
  let now = 0
  const rate = new RateLimit({ items: 10, windowMs: 1000, burst: 10 }, () => now)
  rate.begin('t', 'source a')(25)
  expect(() => rate.begin('t', 'source a')).toThrow('the source a has sent more than 10 items in 1 s')
  rate.begin('t', 'source b')
  rate.begin('other', 'source a')
  now = 1500
  expect(() => rate.begin('t', 'source a')).toThrow()
  now = 1600
  rate.begin('t', 'source a')
})

test('a burst may be more than a window, and comes back at the rate', () => {
  let now = 0
  const rate = new RateLimit({ items: 10, windowMs: 1000, burst: 20 }, () => now)
  const taken = () => {
    for (let count = 0; ; count++) {
      try {
        rate.begin('t', 'source a')
      } catch {
        return count
      }
    }
  }
  expect(taken()).toBe(20)
  now = 1000
  expect(taken()).toBe(10)
  now = 10_000
  expect(taken()).toBe(20)
})

test('an empty request counts too', () => {
  const rate = new RateLimit({ items: 2, windowMs: 1000, burst: 2 }, () => 0)
  rate.begin('t', 'source a')(0)
  rate.begin('t', 'source a')(0)
  expect(() => rate.begin('t', 'source a')).toThrow()
})

test('whoever owes nothing is forgotten, and many names are one account', () => {
  let now = 0
  const rate = new RateLimit({ items: 10, windowMs: 1000, burst: 10 }, () => now, 100)
  const refused = () => {
    let count = 0
    for (let index = 0; index < 1000; index++) {
      try {
        rate.begin('t', `source ${now} ${index}`)(10)
      } catch {
        count++
      }
    }
    return count
  }
  // A hundred names each have an account, the rest have one between them.
  expect(refused()).toBe(1000 - 100 - 1)
  rate.begin('other', 'source new')
  now = 1_000_000
  // Those two shared accounts are remembered beside the hundred.
  expect(refused()).toBe(1000 - 102 - 1)
})
