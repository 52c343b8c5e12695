import { defineVocabulary, type EventsOf, hubEvents } from '@hubline/hooks'
import { z } from 'zod'

export const shop = defineVocabulary({
  system: 'shop',
  events: {
    'shop.order.placed': {
      severity: 'info',
      data: z.object({ order_id: z.int(), total: z.number(), note: z.string().optional() }),
    },
    'shop.basket.emptied': { data: z.object({ basket_id: z.string() }) },
  },
})

export const events = hubEvents(shop)

declare global {
  namespace Hubline {
    interface Events extends EventsOf<typeof shop> {
      [legacy: `legacy.${string}`]: object
    }
  }
}
