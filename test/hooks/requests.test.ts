import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHub, type HubEvent } from '@hubline/core'
import { memorySink } from '@hubline/core/testing'
import { getHub, hubline } from '@hubline/express'
import { createHooks, defineVocabulary, EventBus, hubEvents, track, type SystemHooks } from '@hubline/hooks'
import express from 'express'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const shop = defineVocabulary({
  system: 'shop',
  events: { order_placed: { version: 2, data: z.object({ order_id: z.int() }) } },
})
const HIT = { cache: 'users', key: '7' }

interface World {
  /** What the service says by itself, and by its own vocabulary. */
  own: ReturnType<typeof memorySink>
  /** What others are told in the course of its requests. */
  told: ReturnType<typeof memorySink>
  hooks: SystemHooks<'oneiric'>
  get(headers?: Record<string, string>): Promise<void>
}

/** A service whose handler says something by every means there is; it was started in a tracked function. */
async function world(): Promise<World> {
  const [own, told] = [memorySink(), memorySink()]
  const { url, transport } = told.options
  const hooks = createHooks('oneiric', { url, transport, dialect: 'hubline', batchTimeout: 1, enabled: true })
  const bus = new EventBus('shop', url, { transport, dialect: 'hubline', enabled: true })
  const work = track('work', { hook: hooks }, async () => hooks.cacheMiss(HIT))
  const events = hubEvents(shop)
  const app = express()
  app.use(hubline({ ...own.options, source: 'shop' }))
  app.get('/', async (_request, response) => {
    void hooks.cacheHit(HIT)
    events.orderPlaced({ order_id: 1 })
    await work()
    await bus.publishEvent('shop.page.shown')
    response.end()
  })
  const start = track('start', { hook: hooks }, (): Server => app.listen(0, '127.0.0.1'))
  const server = start()
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all([hooks.shutdown(), bus.close(), getHub().close()])
  })
  const get = async (headers: Record<string, string> = {}): Promise<void> => {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers })
    await hooks.flush()
  }
  return { own, told, hooks, get }
}

const withoutStart = ({ type }: HubEvent): boolean => !type.startsWith('start_')

describe('in a request that is watched', () => {
  test('every event carries its correlation and its trace', async () => {
    const { own, told, get } = await world()
    await get({ 'x-correlation-id': 'c-7' })
    const request = await own.event('InteractionDetected')
    const mine = await own.event('order_placed')
    const events = [mine, ...told.events.filter(withoutStart)]
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      'cache_hit',
      'cache_miss',
      'order_placed',
      'shop.page.shown',
      'work_starting',
      'work_success',
    ])
    for (const event of events) {
      expect(event).toMatchObject({ correlation_id: 'c-7', trace_id: request.trace_id })
    }
  })

  test('each has a correlation of its own, wherever the server was started', async () => {
    const { told, get } = await world()
    await get()
    await get()
    const ids = new Set(told.events.filter(withoutStart).map(({ correlation_id }) => correlation_id))
    expect(ids.size).toBe(2)
  })
})

describe('the vocabulary of the service itself', () => {
  test('goes by its own hub, numbered and from its own source', async () => {
    const { own, get } = await world()
    await get()
    const event = await own.event('order_placed')
    expect(event).toMatchObject({ source: 'shop', version: 2, severity: 'info', payload: { order_id: 1 } })
    expect(event.seq).toBeGreaterThan(0)
  })

  test('is typed, checked and never in the way', async () => {
    const sink = memorySink()
    const warnings: string[] = []
    const warn = (line: string): void => void warnings.push(line)
    const hub = createHub({ ...sink.options, logger: { error: warn, warn, info() {}, debug() {} } })
    onTestFinished(() => hub.close())
    const events = hubEvents(shop, () => hub)
    expectTypeOf(events.orderPlaced).returns.toEqualTypeOf<boolean>()
    // @ts-expect-error order_id is a number
    expect(events.orderPlaced({ order_id: 'x' })).toBe(false)
    // @ts-expect-error no event of this name
    expect(events.event('order_lost', { order_id: 1 })).toBe(false)
    expect(events.event('order_placed', { order_id: 2 }, { tags: ['web'] })).toBe(true)
    expect(await sink.event('order_placed')).toMatchObject({ payload: { order_id: 2 }, tags: ['web'] })
    expect(warnings).toEqual([
      '[HUB] shop.order_placed was not sent, nor are others like it: order_id: must be a number, not text.',
      '[HUB] shop.order_lost was not sent, nor are others like it: shop has no event "order_lost"; it has order_placed.',
    ])
    expect(hub.stats().events?.dropped).toEqual({ invalid: 2 })
  })
})
