import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange } from '../exchange/exchange.ts'
import { shared } from '../process/shared.ts'

const { storage } = shared()

/** The store that carries the current exchange through callbacks, timers and promises. */
export function exchangeStorage(): AsyncLocalStorage<Exchange> {
  return storage
}

/** The HTTP exchange in whose course this code runs, if any. */
export function currentExchange(): Exchange | undefined {
  return storage.getStore()
}
