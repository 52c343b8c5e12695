import { getHub, type Hub } from '@hubline/core'
import { hubline } from '@hubline/express'
import { createHooks, track } from '@hubline/hooks'
import express from 'express'
import { events, shop } from './hubline.events.mjs'

const order = { order_id: 42, total: 9.5 }

export const answers: boolean[] = [
  getHub().event('shop.order.placed', order),
  getHub().event('shop.order.placed', { ...order, note: 'gift' }, { tags: ['web'] }),
  getHub().event('legacy.thing', { any: 'data' }),
  getHub().event('SecuritySignal', { kind: 'login' }),
  events.orderPlaced(order),
  events.event('shop.basket.emptied', { basket_id: 'b' }),
]
export const sent: Promise<boolean> = createHooks(shop).basketEmptied({ basket_id: 'b' })
export const tracked: () => void = track('work', { hook: getHub() }, () => {})

export const app = express().use(hubline())
app.get('/', (req, res) => {
  res.json(req.hub.event('shop.order.placed', order))
  // @ts-expect-error -- total is missing
  req.hub.event('shop.order.placed', { order_id: 42 })
})

export class Orders {
  constructor(hub: Hub) {
    // @ts-expect-error -- order_id is a number
    hub.event('shop.order.placed', { ...order, order_id: '42' })
    // @ts-expect-error -- no event of this name
    hub.event('shop.order.placd', order)
    // @ts-expect-error -- the data of another event
    hub.event('shop.basket.emptied', order)
    // @ts-expect-error -- the data are not optional
    hub.event('shop.order.placed')
    // @ts-expect-error -- a field that the event does not have
    hub.event('shop.order.placed', { ...order, colour: 'red' as const, total: 'x' })
    // @ts-expect-error -- no method of this name
    events.orderPlacd(order)
  }
}
