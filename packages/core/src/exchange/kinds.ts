import type { Exchange } from './exchange.ts'

/** Of an app whose routes have no end only the latest are remembered. */
const MOST_KINDS = 2000

interface Kind<T> extends Pick<Exchange, 'method' | 'status' | 'outcome' | 'httpVersion'> {
  encrypted: boolean
  made: T
}

/** What is the same of all finished exchanges of a kind (a route, its method, its answer), made once. */
export class Kinds<T> {
  readonly #make: (exchange: Exchange) => T
  readonly #byRoute = new Map<string | undefined, Kind<T>[]>()
  #size = 0

  constructor(make: (exchange: Exchange) => T) {
    this.#make = make
  }

  of(exchange: Exchange): T {
    const { method, route, status, outcome, httpVersion, peer } = exchange
    const kinds = this.#byRoute.get(route)
    if (kinds) {
      for (const kind of kinds) {
        const same = kind.status === status && kind.method === method && kind.outcome === outcome
        if (same && kind.httpVersion === httpVersion && kind.encrypted === peer.encrypted) return kind.made
      }
    }
    return this.#learn(exchange)
  }

  #learn(exchange: Exchange): T {
    if (this.#size++ >= MOST_KINDS) {
      this.#byRoute.clear()
      this.#size = 1
    }
    const { method, route, status, outcome, httpVersion, peer } = exchange
    const made = this.#make(exchange)
    const kind = { method, status, outcome, httpVersion, encrypted: peer.encrypted, made }
    const kinds = this.#byRoute.get(route)
    if (kinds) kinds.push(kind)
    else this.#byRoute.set(route, [kind])
    return made
  }
}
