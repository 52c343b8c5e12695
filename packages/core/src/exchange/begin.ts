import type { Hub } from '../hub.ts'
import { watchEvents } from './emitters.ts'
import type { Exchange } from './exchange.ts'
import type { HttpRequest, HttpResponse } from './http.ts'
import { belongsTo, exchangeOf } from './marks.ts'
import { startOf } from './unseen.ts'

/**
 * Begins the exchange of a request and ends it when its response does.
 *
 * @param attend what else an adapter does at the beginning
 * @returns undefined when the request is being watched already (the line was added twice), nothing is captured, or
 *   this or `attend` fails: the app is not to feel it
 */
export function beginExchange(
  hub: Hub,
  request: HttpRequest,
  response: HttpResponse,
  attend?: (exchange: Exchange) => void,
): Exchange | undefined {
  if (!hub.capturing || exchangeOf(request) !== undefined) return undefined
  try {
    const startedAt = startOf(request)
    const exchange = hub.exchange(request, startedAt)
    exchange.served = startedAt !== undefined && request.httpVersionMajor === 1
    exchange.request = request
    exchange.response = response
    belongsTo(exchange, request)
    belongsTo(exchange, response)
    watchEvents(request)
    watchEvents(response)
    attend?.(exchange)
    return exchange
  } catch (error) {
    hub.stumble(error)
    return undefined
  }
}
