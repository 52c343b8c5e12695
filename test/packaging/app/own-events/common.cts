import { getHub } from '@hubline/core'

export const sent: boolean = getHub().event('shop.basket.emptied', { basket_id: 'b' })

// @ts-expect-error -- declared once for ES modules and CommonJS
export const wrong: boolean = getHub().event('shop.basket.emptied', { basket: 'b' })
