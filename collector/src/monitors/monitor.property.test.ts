import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SignOfLife } from '../services/signs-of-life.ts'
import { NO_SETTING } from './expectation.ts'
import { newMonitor } from './monitor.ts'
import { isAlive, passTime } from './pass-time.ts'
import { takeSign } from './take-sign.ts'
import type { StateChange } from './transition.ts'

const BEGIN = Date.UTC(2026, 0, 31)

const step = fc.record({
  /** Seconds since the step before, and how late what happens then is told. */
  after: fc.integer({ min: 0, max: 400 }),
  delay: fc.oneof(fc.constant(0), fc.integer({ min: -100, max: 2000 })),
  what: fc.constantFrom('time', 'beat', 'registered', 'event', 'ready', 'stopped', 'crashed'),
  intervalS: fc.option(fc.constantFrom(5, 60), { nil: undefined }),
})

type Step = ReturnType<typeof step.generate>['value']

function signOf({ what, delay, intervalS }: Step, receivedMs: number): SignOfLife {
  const occurredMs = receivedMs - delay * 1000
  const lifecycle = what === 'ready' || what === 'stopped' || what === 'crashed' ? what : undefined
  const declares = what === 'beat' || what === 'registered'
  return {
    at: occurredMs,
    occurredMs,
    receivedMs,
    eventId: 'e',
    error: false,
    heartbeat: what === 'beat',
    registered: what === 'registered',
    ...(lifecycle && { lifecycle }),
    ...(declares && intervalS !== undefined && { intervalS }),
  }
}

test('whatever comes in whatever order, the history is one chain and who lives is waited for', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom('', 'a'), (steps, instance) => {
      const monitor = newMonitor('', instance)
      const history: StateChange[] = []
      let now = BEGIN
      for (const one of steps) {
        now += one.after * 1000
        if (one.what === 'time') {
          for (let made = passTime(monitor, NO_SETTING, now); made; made = passTime(monitor, NO_SETTING, now))
            history.push(made)
        } else history.push(...takeSign(monitor, signOf(one, now), NO_SETTING))
        expect(monitor.alertAt === null).toBe(!isAlive(monitor))
        expect(monitor.signAt).toBeLessThanOrEqual(now)
      }
      let before: StateChange | undefined
      for (const made of history) {
        expect(made.from).toBe(before?.to ?? 'unknown')
        expect(made.to).not.toBe(made.from)
        expect(made.at).toBeGreaterThanOrEqual(before?.at ?? 0)
        expect(made.at).toBeLessThanOrEqual(now)
        before = made
      }
      expect(monitor.state).toBe(before?.to ?? 'unknown')
    }),
    { numRuns: 500 },
  )
})
