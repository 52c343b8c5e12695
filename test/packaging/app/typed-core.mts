import { createHub, getHub, type Hub, type HubEvent, type HubOptions, type HubStats } from '@hubline/core'

const options: HubOptions = { source: 'shop', enabled: false, heartbeatInterval: '60s' }
const hub: Hub = createHub(options)

export const sent: boolean = hub.event('shop.orders.placed', { order_id: 42 }, { severity: 'info' })
export const stats: HubStats = getHub().stats()
export const typeOf = (event: HubEvent): string => event.type

// @ts-expect-error -- a level that does not exist
export const misspelt: HubOptions = { logLevel: 'loud' }
