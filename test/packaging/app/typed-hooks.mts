import { createHooks, defineVocabulary, EventBus, hubEvents, Track } from '@hubline/hooks'
import { z } from 'zod'

const shop = defineVocabulary({
  system: 'shop',
  events: { order_placed: { severity: 'info', data: z.object({ order_id: z.int() }) } },
})
const hooks = createHooks(shop, { enabled: false })

export const sent: Promise<boolean> = hooks.orderPlaced({ order_id: 42 }, { tags: ['web'] })
export const said: boolean = hubEvents(shop).event('order_placed', { order_id: 42 })
export const hit: Promise<boolean> = createHooks('oneiric').cacheHit({ cache: 'users', key: '7' })
export const published: Promise<boolean> = new EventBus('shop').publishLifecycle('started')

export class Shop {
  @Track('order', { hook: hooks })
  async order(id: number): Promise<number> {
    return id
  }
}

// @ts-expect-error -- order_id is a number
export const wrong: Promise<boolean> = hooks.orderPlaced({ order_id: '42' })

// @ts-expect-error -- an event that the vocabulary does not have
export const misspelt: unknown = hooks.orderPlacd
