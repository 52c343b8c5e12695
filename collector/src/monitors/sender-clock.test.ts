import { expect, test } from 'vitest'
import { NEW_SENDER, placeInTime, type SenderClock } from './sender-clock.ts'

const NOW = Date.UTC(2026, 0, 31)

/** Takes events by turns; each is `[received, delay]` in seconds. @returns how old the last was taken to be. */
function ageAfter(heartbeat: boolean, ...events: [received: number, delay: number][]): number {
  let clock: SenderClock = NEW_SENDER
  let age = Number.NaN
  for (const [received, delay] of events) {
    const receivedMs = NOW + received * 1000
    const placed = placeInTime(clock, { receivedMs, occurredMs: receivedMs - delay * 1000, heartbeat })
    clock = placed.clock
    age = (receivedMs - placed.at) / 1000
  }
  return age
}

test('what is told as it happens is of now, however wrong the clock', () => {
  expect(ageAfter(false, [0, 100], [10, 100], [20, 101])).toBe(1)
  expect(ageAfter(false, [0, -200], [10, -200])).toBe(0)
})

test('what was kept back is as old as it is more late than usual', () => {
  expect(ageAfter(false, [0, 1], [100, 61])).toBe(60)
  expect(ageAfter(true, [0, 1], [100, 61], [100, 41], [100, 21])).toBe(20)
})

test('a first event may be late by five minutes', () => {
  expect(ageAfter(false, [0, 300])).toBe(0)
  expect(ageAfter(false, [0, 301])).toBe(301)
})

test('a clock that was set back is noticed by two heartbeats that come as they should', () => {
  expect(ageAfter(true, [0, 0], [60, 3600])).toBe(3600)
  expect(ageAfter(true, [0, 0], [60, 3600], [120, 3600])).toBe(0)
  expect(ageAfter(true, [0, 0], [60, 3600], [60, 3600])).toBe(3600)
})

test('a clock that was set ahead is believed at once', () => {
  expect(ageAfter(true, [0, 10], [60, -3600])).toBe(0)
})
