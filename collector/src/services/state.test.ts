import { expect, test } from 'vitest'
import type { InstanceFacts } from './facts.ts'
import { instanceState, serviceState } from './state.ts'

const NOW = Date.UTC(2026, 0, 31)
const seconds = (count: number) => NOW - count * 1000

function instance(overrides: Partial<InstanceFacts> = {}): InstanceFacts {
  return {
    instance: 'a',
    env: null,
    version: null,
    host: null,
    firstSeen: seconds(3600),
    lastSeen: NOW,
    heartbeatAt: NOW,
    registeredAt: null,
    intervalS: 60,
    status: null,
    lifecycle: null,
    lifecycleAt: null,
    events: 1,
    errors: 0,
    ...overrides,
  }
}

test.each([
  [0, 'up'],
  [90, 'up'],
  [91, 'late'],
  [180, 'late'],
  [181, 'silent'],
])('%i s after the last sign of a 60 s heartbeat it is %s', (age, state) => {
  expect(instanceState(instance({ lastSeen: seconds(age), heartbeatAt: seconds(age) }), NOW)).toBe(state)
})

test('without a promise 5 minutes are assumed', () => {
  const facts = instance({ intervalS: null, lastSeen: seconds(400), heartbeatAt: null })
  expect(instanceState(facts, NOW)).toBe('up')
})

test('a goodbye holds until the next heartbeat', () => {
  const gone = instance({ lifecycle: 'stopped', lifecycleAt: seconds(10), heartbeatAt: seconds(20) })
  expect(instanceState(gone, NOW)).toBe('stopped')
  expect(instanceState({ ...gone, heartbeatAt: seconds(5) }, NOW)).toBe('up')
  expect(instanceState({ ...gone, lifecycle: 'crashed' }, NOW)).toBe('crashed')
})

test('a service is as its best living instance, else as the one seen last', () => {
  const service = (instances: InstanceFacts[]) => {
    const counts = {
      events: 1,
      errors: 0,
      spans: 0,
      spanErrors: 0,
      exceptions: 0,
      logs: 0,
      metrics: 0,
      eventsByType: {},
    }
    return serviceState({ name: 'shop', firstSeen: NOW, lastSeen: NOW, ...counts, instances }, NOW)
  }
  const silent = instance({ lastSeen: seconds(900), heartbeatAt: seconds(900) })
  const stopped = instance({ lifecycle: 'stopped', lifecycleAt: NOW })
  expect(service([stopped, instance()])).toBe('up')
  expect(service([stopped, silent])).toBe('stopped')
  expect(service([silent, stopped])).toBe('silent')
  expect(service([])).toBe('unknown')
})
