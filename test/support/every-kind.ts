import type { Hub } from '@hubline/core'

/** Says one event of every kind that an app can say. */
export function sayEveryKind(hub: Hub): void {
  hub.interaction('order_placed', { order_id: 42 }, { correlationId: 'c-1' })
  hub.metric('daily_orders', 42)
  hub.error(new TypeError('no stock'))
  hub.signal('security', { what: 'login' })
  hub.signal('deploy', { version: '2' })
  hub.heartbeat()
  hub.event('shop.stock.reserved', { sku: 'tea' }, { severity: 'debug', tags: ['a'] })
}
