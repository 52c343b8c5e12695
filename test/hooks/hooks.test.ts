import type { HubHealth } from '@hubline/core'
import {
  correlate,
  createHooks,
  emitMultipleEvents,
  EventHookFactory,
  getAllHookMetrics,
  type HookOptions,
  type SystemHooks,
} from '@hubline/hooks'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Receiver, type Told } from './receiver.ts'

interface Said {
  event_type: string
  correlation_id?: string
  severity: string
  data: Record<string, unknown>
}

/** What the event hooks' own collector answers. */
const collected = (events: Said[]): Told => ({
  status: 201,
  body: { collected: events.length, failed: 0, status: 'batch_completed' },
})

const eventsOf = (receiver: Receiver<Said[]>): Said[] => receiver.bodies.flat()

interface World {
  receiver: Receiver<Said[]>
  hooks: SystemHooks<'oneiric'>
  warnings: string[]
}

async function world(options: HookOptions = {}): Promise<World> {
  const receiver = await Receiver.open(collected)
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const logger = { error: warn, warn, info() {}, debug() {} }
  const hooks = createHooks('oneiric', { url: receiver.url, logger, ...options })
  onTestFinished(() => hooks.shutdown(100))
  return { receiver, hooks, warnings }
}

/** Ends what hangs. */
const WAIT = { timeout: 20_000 }
const HIT = { cache: 'users', key: '7' }

describe('data that are not as the vocabulary says', () => {
  test('are refused with one warning that names the field, and the next event goes', async () => {
    const { receiver, hooks, warnings } = await world()
    const wrong = { cache: 7, kye: 'x' } as never
    expect(await hooks.cacheHit(wrong)).toBe(false)
    expect(await hooks.cacheHit(wrong)).toBe(false)
    expect(await hooks.cacheHit(HIT)).toBe(true)
    await hooks.flush()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('[HUB] oneiric.cache_hit was not sent')
    expect(warnings[0]).toContain('cache: must be text, not a number')
    expect(warnings[0]).toContain('key: is required')
    expect(warnings[0]).toContain('"kye"')
    expect(eventsOf(receiver).map(({ event_type }) => event_type)).toEqual(['cache_hit'])
    expect(await hooks.healthCheck()).toMatchObject({ events_emitted: 1, events_failed: 2 })
  })
})

describe('batching', () => {
  test('sends as soon as there are a hundred events, and never more at a time', async () => {
    const { receiver, hooks } = await world({ batchTimeout: '1m' })
    for (let at = 0; at < 250; at++) await hooks.cacheHit({ cache: 'users', key: String(at) })
    await vi.waitUntil(() => receiver.bodies.length === 3, WAIT)
    expect(receiver.bodies.map(({ length }) => length).toSorted((a, b) => b - a)).toEqual([100, 100, 50])
    expect(new Set(eventsOf(receiver).map(({ data }) => data['key'])).size).toBe(250)
  })

  test('sends what there is when the time has passed', async () => {
    const { receiver, hooks } = await world({ batchTimeout: '20ms' })
    await hooks.cacheHit(HIT)
    await vi.waitUntil(() => eventsOf(receiver).length === 1, WAIT)
  })

  test('lets nothing in after the shutdown, which may be called again', async () => {
    const { receiver, hooks } = await world()
    await hooks.cacheHit(HIT)
    await Promise.all([hooks.shutdown(), hooks.shutdown()])
    expect(await hooks.cacheHit(HIT)).toBe(false)
    expect(eventsOf(receiver)).toHaveLength(1)
  })
})

describe('without batching', () => {
  test('an event has arrived when its call resolves', async () => {
    const { receiver, hooks } = await world({ batching: false })
    expect(await hooks.cacheHit(HIT)).toBe(true)
    expect(eventsOf(receiver)).toMatchObject([{ event_type: 'cache_hit', severity: 'debug' }])
  })

  test('one that is refused is told of, with what it was and no secrets', async () => {
    const { receiver, hooks, warnings } = await world({ batching: false })
    receiver.answer = () => ({ status: 201, body: { collected: 0, failed: 1, status: 'batch_completed' } })
    expect(await hooks.event('login', { password: 'hunter2', user: 7 })).toBe(false)
    expect(warnings).toEqual([
      '[HUB] oneiric: login was not delivered: 1 failed - {"password":"[redacted]","user":7}',
    ])
  })
})

describe('a receiver that is away', () => {
  test('is asked as often as the caller says', async () => {
    const { receiver, hooks, warnings } = await world({ batching: false })
    receiver.answer = (events) => (receiver.bodies.length <= 2 ? { status: 503 } : collected(events))
    expect(await hooks.emitWithRetry('cache_hit', HIT, { maxRetries: 1 })).toBe(false)
    expect(receiver.bodies).toHaveLength(2)
    expect(warnings.join()).toContain('oneiric: cache_hit was not delivered: 503')
    expect(await hooks.emitWithRetry('cache_hit', HIT, { maxRetries: 0 })).toBe(true)
  })

  test('has the same event at each try, once it is back', async () => {
    const { receiver, hooks } = await world({ batching: false, maxRetries: 2 })
    receiver.answer = (events) => (receiver.bodies.length <= 2 ? { status: 500 } : collected(events))
    expect(await hooks.cacheHit(HIT)).toBe(true)
    expect(receiver.bodies).toHaveLength(3)
    expect(new Set(receiver.bodies.map((batch) => JSON.stringify(batch))).size).toBe(1)
  })

  test('is left alone after five failures, which the health tells in the words of the original', async () => {
    const { receiver, hooks } = await world({ batching: false, maxRetries: 0 })
    const before = await hooks.healthCheck()
    receiver.answer = () => ({ status: 500 })
    for (let at = 0; at < 6; at++) expect(await hooks.cacheHit(HIT)).toBe(false)
    expect(receiver.bodies).toHaveLength(5)
    const after: HubHealth = await hooks.healthCheck()
    expect(after).toEqual({
      status: 'unavailable',
      system: 'oneiric',
      events_emitted: 0,
      events_failed: 6,
      retry_count: 0,
      last_error: '500 {}',
      last_success_time: null,
      circuit_breaker_state: 'open',
      circuit_breaker_metrics: {
        state: 'open',
        failure_count: 5,
        success_count: 0,
        failure_threshold: 5,
        recovery_timeout: 60,
      },
    })
    expect(before.status).toBe('healthy')
    expect(Object.keys(before)).toEqual(Object.keys(after))
  })

  test('gets what waited in batches when it is back', async () => {
    const { receiver, hooks, warnings } = await world({ batchTimeout: '10ms', maxRetries: 0 })
    receiver.answer = (events) => (receiver.bodies.length === 1 ? { status: 503 } : collected(events))
    await hooks.cacheHit(HIT)
    await vi.waitUntil(async () => (await hooks.healthCheck()).events_emitted === 1, WAIT)
    expect(warnings.join()).toContain('are not delivered: 503')
  })
})

describe('correlation', () => {
  test('is the id that is given, else that of what runs, else a new one', async () => {
    const { receiver, hooks } = await world()
    await hooks.cacheHit(HIT, { correlationId: 'given' })
    await correlate('around', async () => {
      await hooks.cacheHit(HIT)
      await hooks.cacheHit(HIT, { correlationId: 'given' })
    })
    await hooks.cacheHit(HIT)
    await hooks.cacheHit(HIT)
    await hooks.flush()
    const ids = eventsOf(receiver).map(({ correlation_id }) => correlation_id)
    expect(ids.slice(0, 3)).toEqual(['given', 'around', 'given'])
    expect(ids[3]).toMatch(/^[\da-f-]{36}$/)
    expect(ids[4]).not.toBe(ids[3])
  })

  test('joins several events that are emitted at once', async () => {
    const { receiver, hooks } = await world()
    const answers = await emitMultipleEvents(
      [
        { event: 'cache_miss', data: HIT },
        { event: 'component_loaded', data: { component: 'mailer' } as never },
        { event: 'cache_hit', data: HIT, severity: 'info' },
      ],
      hooks,
      'all',
    )
    expect(answers).toEqual([true, false, true])
    // What is none answers as any wrong call does.
    expect(await emitMultipleEvents([null] as never, hooks)).toEqual([false])
    expect(await emitMultipleEvents(null as never, hooks)).toEqual([])
    expect(await hooks.emit(Symbol('name') as never, {} as never)).toBe(false)
    await hooks.flush()
    expect(eventsOf(receiver)).toMatchObject([
      { event_type: 'cache_miss', correlation_id: 'all', severity: 'debug' },
      { event_type: 'cache_hit', correlation_id: 'all', severity: 'info' },
    ])
  })
})

test('the factory makes hooks of every system, whose figures are read at once', async () => {
  const { url } = await Receiver.open(collected)
  const hooks = [
    EventHookFactory.createMahavishnuHook(url),
    EventHookFactory.createCrackerjackHook(url),
    EventHookFactory.createSessionBuddyHook(url),
    EventHookFactory.createAkoshaHook(url),
    EventHookFactory.createOneiricHook(url),
  ]
  onTestFinished(async () => void (await Promise.all(hooks.map((hook) => hook.shutdown()))))
  await hooks[4]!.event('ping', {})
  const metrics = await getAllHookMetrics(hooks)
  expect(Object.keys(metrics)).toEqual(['mahavishnu', 'crackerjack', 'session_buddy', 'akosha', 'oneiric'])
  expect(metrics['oneiric']).toMatchObject({ status: 'healthy', events_emitted: 1 })
  expect(metrics['akosha']).toMatchObject({ status: 'healthy', events_emitted: 0 })
})

test('a system that nobody knows is an error that names those there are', () => {
  expect(() => createHooks('mahavisnu' as 'mahavishnu')).toThrow(
    'createHooks: got system "mahavisnu", wants one of mahavishnu, crackerjack, session_buddy, akosha, oneiric',
  )
})
