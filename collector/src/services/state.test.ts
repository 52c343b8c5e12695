import { expect, test } from 'vitest'
import { serviceState, type ServiceState } from './state.ts'

const of = (...states: [ServiceState, lastSeen: number][]) =>
  serviceState(states.map(([state, lastSeen]) => ({ state, lastSeen })))

test('a service is as its best living instance, else as the one seen last', () => {
  expect(of(['stopped', 9], ['up', 1])).toBe('up')
  expect(of(['silent', 9], ['late', 1])).toBe('late')
  expect(of(['stopped', 9], ['silent', 1])).toBe('stopped')
  expect(of(['silent', 9], ['stopped', 1])).toBe('silent')
  expect(of()).toBe('unknown')
})

test('an instance of which nothing is known says nothing of its service', () => {
  expect(of(['unknown', 9], ['crashed', 1])).toBe('crashed')
  expect(of(['unknown', 9])).toBe('unknown')
})
