import type { Exchange } from './exchange.ts'

/** Of an app whose routes have no end only the latest are remembered. */
const MOST_KINDS = 2000

/** A route, a method and an answer. Who says the same of all exchanges of it leaves it here, made once. */
export class Kind {
  readonly method: string
  readonly status: number | undefined
  readonly outcome: Exchange['outcome']
  readonly httpVersion: string
  readonly encrypted: boolean
  /** What the hub event says, as JSON. */
  event: Buffer | undefined = undefined
  /** What the span says, as OTLP. */
  span: Buffer | undefined = undefined
  /** Where the duration is counted, unless it failed. */
  series: string | undefined = undefined

  constructor({ method, status, outcome, httpVersion, peer }: Exchange) {
    this.method = method
    this.status = status
    this.outcome = outcome
    this.httpVersion = httpVersion
    this.encrypted = peer.encrypted
  }

  takes({ status, method, outcome, httpVersion, peer }: Exchange): boolean {
    const same = this.status === status && this.method === method && this.outcome === outcome
    return same && this.httpVersion === httpVersion && this.encrypted === peer.encrypted
  }
}

/** The kinds of a hub's finished exchanges. */
export class Kinds {
  readonly #byRoute = new Map<string | undefined, Kind[]>()
  #size = 0

  of(exchange: Exchange): Kind {
    const kinds = this.#byRoute.get(exchange.route)
    if (kinds) for (const kind of kinds) if (kind.takes(exchange)) return kind
    return this.#learn(exchange)
  }

  #learn(exchange: Exchange): Kind {
    if (this.#size++ >= MOST_KINDS) {
      this.#byRoute.clear()
      this.#size = 1
    }
    const kind = new Kind(exchange)
    const kinds = this.#byRoute.get(exchange.route)
    if (kinds) kinds.push(kind)
    else this.#byRoute.set(exchange.route, [kind])
    return kind
  }
}
