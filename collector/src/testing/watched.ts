import { expect, vi } from 'vitest'
import type { CollectorOptions } from '../options.ts'
import { collectorForTest, event, type Answer, type Json, type TestCollector } from './collector.ts'

/** A time that a test sets; milliseconds since the epoch. */
export class TestTime {
  now: number = Date.UTC(2026, 0, 31)

  readonly clock = (): number => this.now

  pass(seconds: number): void {
    this.now += seconds * 1000
  }
}

/** A collector that looks at its monitors all the time, by the test's clock. */
export async function watchfulCollector(
  time: TestTime,
  options: CollectorOptions = {},
): Promise<TestCollector> {
  const limits = { monitorEveryMs: 5, ...options.limits }
  return collectorForTest({ clock: time.clock, ...options, limits })
}

export interface Origin {
  source?: string
  instance?: string
  env?: string
}

/** What services say, at the test's time. */
export class Sender {
  readonly #hub: TestCollector
  readonly #time: TestTime
  readonly #origin: Origin

  constructor(hub: TestCollector, time: TestTime, origin: Origin = {}) {
    this.#hub = hub
    this.#time = time
    this.#origin = origin
  }

  /** @param age seconds ago that it happened. */
  say(type: string, payload: object = {}, age = 0): Promise<Answer> {
    const occurred_at = new Date(this.#time.now - age * 1000).toISOString()
    return this.#hub.events(event({ ...this.#origin, type, payload, occurred_at }))
  }

  register(interval: number, host = 'box'): Promise<Answer> {
    return this.say('AppRegistered', { version: '1', env: 'test', heartbeat_interval_s: interval, host })
  }

  beat(payload: object = {}, age = 0): Promise<Answer> {
    return this.say('AgentHeartbeat', { status: 'healthy', ...payload }, age)
  }

  stop(): Promise<Answer> {
    return this.say('LifecycleChanged', { state: 'stopped' })
  }
}

export async function service(hub: TestCollector, name = 'shop'): Promise<Json> {
  return (await hub.get(`/api/v1/services/${name}`)).body
}

/** Waits until a service is in a state; the monitors are looked at by a timer. */
export function becomes(hub: TestCollector, state: string, name = 'shop'): Promise<void> {
  return vi.waitFor(async () => expect((await service(hub, name)).state).toBe(state), { timeout: 20_000 })
}

export async function monitors(hub: TestCollector, query = ''): Promise<Json[]> {
  return (await hub.get(`/api/v1/monitors?${query}`)).body.data
}

/** Changes of state, oldest first, as `from > to (reason)`. */
export async function history(hub: TestCollector, query = 'scope=service', name = 'shop'): Promise<string[]> {
  const { body } = await hub.get(`/api/v1/services/${name}/transitions?order=asc&limit=200&${query}`)
  return body.data.map(({ from, to, reason }: Json) => `${from} > ${to} (${reason})`)
}

/** Lets at least 4 seconds pass and waits until the monitors were looked at: until one that was due before is silent. */
export async function passAndLook(hub: TestCollector, time: TestTime, seconds: number): Promise<void> {
  const source = `sentinel-${time.now}`
  await new Sender(hub, time, { source }).register(seconds / 4)
  time.pass(seconds)
  await becomes(hub, 'silent', source)
}
