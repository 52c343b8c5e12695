import type { HubEvent } from '../wire/event.ts'

interface Outcome {
  pass: boolean
  message(): string
}

interface MatcherContext {
  equals(a: unknown, b: unknown, testers?: unknown[]): boolean
  utils: { stringify?(value: unknown): string }
}

/** What has events: a sink, or a list of them. */
type Reported = { events: readonly HubEvent[] } | readonly HubEvent[]

/**
 * Matchers for Vitest and Jest.
 *
 * - `toHaveReported(type, payload?)`: an event of that type whose payload contains `payload`
 * - `toHaveReportedTimes(type, times)`
 *
 * @example
 * expect.extend(hublineMatchers)
 * expect(sink).toHaveReported('ErrorReported', { error_type: 'TypeError', handled: false })
 */
export const hublineMatchers: {
  toHaveReported(this: MatcherContext, reported: Reported, type: string, payload?: object): Outcome
  toHaveReportedTimes(this: MatcherContext, reported: Reported, type: string, times: number): Outcome
} = {
  toHaveReported(reported, type, payload = {}) {
    const events = eventsOf(reported)
    const same = (a: unknown, b: unknown): boolean => this.equals(a, b)
    const pass = events.some((event) => event.type === type && contains(event.payload, payload, same))
    return {
      pass,
      message: () =>
        `expected ${pass ? 'no ' : 'a '}${type} with ${JSON.stringify(payload)}; there is\n${list(events)}`,
    }
  },
  toHaveReportedTimes(reported, type, times) {
    const events = eventsOf(reported)
    const count = events.filter((event) => event.type === type).length
    return {
      pass: count === times,
      message: () => `expected ${type} ${times} times, not ${count}; there is\n${list(events)}`,
    }
  },
}

function eventsOf(reported: Reported): readonly HubEvent[] {
  return 'events' in reported ? reported.events : reported
}

/** Every key of `part` is in `whole`; asymmetric matchers such as expect.any() decide for themselves. */
function contains(whole: unknown, part: unknown, same: (a: unknown, b: unknown) => boolean): boolean {
  if (isPlain(part) && isPlain(whole)) {
    return Object.entries(part).every(([key, value]) => key in whole && contains(whole[key], value, same))
  }
  return same(whole, part)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function list(events: readonly HubEvent[]): string {
  return events.map(({ type, payload }) => `  ${type} ${JSON.stringify(payload)}`).join('\n') || '  nothing'
}
