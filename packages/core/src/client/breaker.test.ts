import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Breaker } from './breaker.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const breakerOf = (random = 0) => new Breaker({ threshold: 3, recoveryMs: 60_000 }, () => random)

function opened(absent = false, random = 0): Breaker {
  const breaker = breakerOf(random)
  for (let n = 0; n < 3; n++) breaker.failed(absent)
  return breaker
}

it('opens after so many failures in a row and admits nothing until its time has come', () => {
  const breaker = breakerOf()
  breaker.failed(false)
  breaker.failed(false)
  breaker.succeeded()
  breaker.failed(false)
  breaker.failed(false)
  expect(breaker.admits()).toBe(true)
  breaker.failed(false)
  expect(breaker.state).toBe('open')
  vi.advanceTimersByTime(59_999)
  expect(breaker.admits()).toBe(false)
  expect(breaker.waitMs).toBe(1)
})

it('lets one probe through, whose fate decides', () => {
  const breaker = opened()
  vi.advanceTimersByTime(60_000)
  expect([breaker.admits(), breaker.admits(), breaker.state]).toEqual([true, false, 'half_open'])
  breaker.failed(false)
  expect([breaker.state, breaker.waitMs]).toEqual(['open', 60_000])
  vi.advanceTimersByTime(60_000)
  expect(breaker.admits()).toBe(true)
  breaker.succeeded()
  expect(breaker.metrics()).toEqual({
    state: 'closed',
    failure_count: 0,
    success_count: 1,
    failure_threshold: 3,
    recovery_timeout: 60,
  })
})

it('spreads the probes of many clients', () => {
  expect(opened(false, 0.5).waitMs).toBe(67_500)
})

it('asks again soon where nothing listens', () => {
  expect(opened(true, 0.999_999).waitMs).toBe(1600)
  const breaker = opened(true, 0.999_999)
  for (let n = 0; n < 50; n++) breaker.failed(true)
  expect(breaker.waitMs).toBe(5000)
})

it('hastens a probe that costs nothing, and any when there is no later', () => {
  const refused = opened(true, 0.5)
  refused.hasten(false)
  expect(refused.waitMs).toBe(0)
  const slow = opened(false)
  slow.hasten(false)
  expect(slow.waitMs).toBe(60_000)
  slow.hasten(true)
  expect(slow.waitMs).toBe(0)
})

it('does not care for a jump of the wall clock', () => {
  const breaker = opened()
  vi.setSystemTime(Date.now() + 365 * 86_400_000)
  expect(breaker.waitMs).toBe(60_000)
})
