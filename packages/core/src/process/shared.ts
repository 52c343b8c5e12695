import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Exchange } from '../exchange/exchange.ts'
import type { Hub } from '../hub.ts'

/** What must be one in a process, however many copies of this package (ESM, CJS, duplicates) it holds. */
export interface Shared {
  readonly storage: AsyncLocalStorage<Exchange>
  /** By what makes two configurations the same reporter. */
  readonly hubs: Map<string, Hub>
  /** Notices already printed. */
  readonly said: Set<string>
  /** Name of this process where nobody gives it one. */
  readonly instance: string
  /** What else has something to send before the process goes. */
  readonly farewells: Set<() => Promise<unknown>>
  /** What puts on disk what is left when nothing asynchronous runs any more. */
  readonly keepers: Set<() => void>
  /** Set once signal and exit listeners are attached. */
  watching: boolean
}

const KEY = Symbol.for('hubline')

export function shared(): Shared {
  const holder = globalThis as { [KEY]?: Shared }
  return (holder[KEY] ??= {
    storage: new AsyncLocalStorage(),
    hubs: new Map(),
    said: new Set(),
    instance: randomUUID(),
    farewells: new Set(),
    keepers: new Set(),
    watching: false,
  })
}
