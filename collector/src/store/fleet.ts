import type { ServiceHistory, UptimeFacts } from './monitors.ts'

export interface FleetQuery {
  /** Only this one. */
  service?: string | undefined
  /** Milliseconds since the epoch, at whole minutes. */
  since: number
  /** Milliseconds since the epoch, exclusive. */
  until: number
  /** Milliseconds of one bucket: whole minutes, or whole hours where minutes are not kept that long. */
  step: number
  /** From when on changes of state are told. Milliseconds since the epoch. */
  changesSince: number
}

/** Requests that were taken in some time. */
export interface RequestSum {
  calls: number
  errors: number
  /** Milliseconds; null where nothing came. */
  p50: number | null
  p95: number | null
  p99: number | null
}

/** How the requests of one service went. */
export interface FleetRequests {
  service: string
  total: RequestSum
  /** Of each bucket from `since` on. */
  series: RequestSeries
}

/** The values of all buckets, one list for each kind: lists go from thread to thread for much less than objects. */
export type RequestSeries = { [Key in keyof RequestSum]: RequestSum[Key][] }

/** What is known of all services at once. */
export interface FleetFacts extends Pick<UptimeFacts, 'absences'> {
  /** Of those that took any. */
  requests: FleetRequests[]
  histories: (ServiceHistory & { service: string })[]
}
