import type { ServiceState } from './state.ts'

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
  /** State of the newest LifecycleChanged. */
  lifecycle: string | null
  lifecycleAt: number | null
  events: number
  errors: number
  state: ServiceState
  /** Since when it is in this state. */
  stateSince: number | null
}

/** How a service is in one environment. */
export interface EnvironmentFacts {
  env: string | null
  state: ServiceState
  stateSince: number | null
  /** Instances by their state; those that came and went long ago are not counted. */
  instances: Partial<Record<ServiceState, number>>
}

/** What is known of one service, kept across restarts of the collector. */
export interface ServiceFacts {
  name: string
  /** That of its best environment. */
  state: ServiceState
  stateSince: number | null
  environments: EnvironmentFacts[]
  firstSeen: number
  lastSeen: number
  /** When the newest heartbeat of any instance came, and the newest span and InteractionDetected. */
  heartbeatAt: number | null
  spanAt: number | null
  interactionAt: number | null
  events: number
  /** Events that tell of an error. */
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
