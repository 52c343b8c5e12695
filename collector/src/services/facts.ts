/** What is known of one running process of a service. Times are milliseconds since the epoch. */
export interface InstanceFacts {
  /** Empty for a sender that names no instance. */
  instance: string
  env: string | null
  version: string | null
  host: string | null
  firstSeen: number
  lastSeen: number
  heartbeatAt: number | null
  registeredAt: number | null
  /** Seconds between heartbeats, as promised. */
  intervalS: number | null
  /** `status` of the newest heartbeat. */
  status: string | null
  /** State of the newest LifecycleChanged, or `crashed` when a successor found it silent. */
  lifecycle: string | null
  lifecycleAt: number | null
  events: number
  errors: number
}

/** What is known of one service, kept across restarts of the collector. */
export interface ServiceFacts {
  name: string
  firstSeen: number
  lastSeen: number
  events: number
  /** ErrorReported events. */
  errors: number
  spans: number
  /** Spans with status ERROR. */
  spanErrors: number
  /** Told of by span events and log records, each once. */
  exceptions: number
  logs: number
  metrics: number
  eventsByType: Record<string, number>
  /** Newest first. */
  instances: InstanceFacts[]
}
