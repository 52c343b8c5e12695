import type { Exchange } from './exchange.ts'

const EXCHANGE = Symbol.for('hubline.exchange')

interface Marked {
  [EXCHANGE]?: Exchange
}

/** The exchange that a request or response belongs to, whoever began it. */
export function exchangeOf(message: object): Exchange | undefined {
  return (message as Marked)[EXCHANGE]
}

/** Says which exchange a request or response belongs to; the same to every copy of this package. */
export function belongsTo(exchange: Exchange, message: object): void {
  ;(message as Marked)[EXCHANGE] = exchange
}
