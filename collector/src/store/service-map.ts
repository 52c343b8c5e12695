/** What a node of the map stands for: a service that sends spans, or a peer that only the spans of others tell of. */
export type NodeType = 'service' | 'database' | 'messaging' | 'external'

export interface ServiceMapQuery {
  /** Milliseconds since the epoch. */
  since: number
  /** Milliseconds since the epoch, exclusive. */
  until: number
}

export interface ServiceMapNode {
  /** A service's name; of a peer its type and name, as in `database:postgresql/shop`. */
  id: string
  type: NodeType
  name: string
  /** Requests and messages that it took: SERVER and CONSUMER spans; of a peer, the spans that name it. */
  calls: number
  errors: number
  /** Milliseconds; null where it took nothing. */
  p95_ms: number | null
}

export interface ServiceMapEdge {
  /** `id` of a node; so is `callee`. */
  caller: string
  callee: string
  /** `queue` where what one service sent reached the other through messages; the broker has edges of its own. */
  via: 'call' | 'queue'
  calls: number
  /** Calls that failed on either side. */
  errors: number
  /** Milliseconds of the callee's span; of a peer, which has none, of the caller's. */
  p50_ms: number
  p95_ms: number
}

/** Who called whom. */
export interface ServiceMap {
  /** RFC 3339; the range asked for, widened to whole steps. */
  since: string
  until: string
  /** By type and name. */
  nodes: ServiceMapNode[]
  /** By calls, most first. */
  edges: ServiceMapEdge[]
}

export interface RequestRatesQuery extends ServiceMapQuery {
  service: string
  /** Milliseconds of one bucket; a multiple of a minute. */
  step: number
}

/** Rate, errors and durations of the requests that a service took in one bucket of time. */
export interface RequestRates {
  /** RFC 3339. */
  at: string
  calls: number
  errors: number
  calls_per_second: number
  /** 0 to 1. */
  error_ratio: number
  /** Milliseconds; null where nothing came. */
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
}

export interface RequestRateSeries {
  service: string
  /** Seconds of a bucket; more than asked for where only hours are kept. */
  step_s: number
  /** Oldest first, without gaps. */
  data: RequestRates[]
}
