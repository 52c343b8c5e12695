import type { Expectation, MonitorSetting } from '../monitors/expectation.ts'
import type { Monitor } from '../monitors/monitor.ts'
import type { StateChange } from '../monitors/transition.ts'
import type { ServiceState } from '../services/state.ts'

/** A monitor with what is expected of it. */
export interface MonitorFacts extends Monitor, Expectation {
  service: string
}

/** Where a page of monitors ends. */
export interface MonitorPosition {
  service: string
  env: string
  instance: string
}

export interface MonitorQuery {
  service?: string
  /** '' for those that name none. */
  env?: string
  state?: ServiceState
  after?: MonitorPosition
  limit: number
}

export interface MonitorPage {
  /** By service, environment and instance. */
  monitors: MonitorFacts[]
  hasMore: boolean
}

/** A change of state as it is kept: of one instance, or of a service in one environment. */
export interface Transition extends StateChange {
  /** A ULID in the order in which changes were recorded; pages go by it. */
  cursor: string
  service: string
  /** Empty where none is named. */
  env: string
  /** Empty for one that is not named; null for the service as a whole. */
  instance: string | null
  /** Milliseconds since the epoch. */
  recordedAt: number
}

export interface TransitionQuery {
  service?: string
  /** '' for those that name none. */
  env?: string
  instance?: string
  /** Those of services as a whole, or of instances; both where it is absent. */
  scope?: 'service' | 'instance'
  to?: ServiceState
  /** Only those after it (`asc`) or before it (`desc`). */
  cursor?: string
  limit: number
  order: 'asc' | 'desc'
}

export interface TransitionPage {
  transitions: Transition[]
  hasMore: boolean
}

/** How a service was in one environment over a time. Times are milliseconds since the epoch. */
export interface ServiceHistory {
  env: string
  /** Oldest first; only those inside the time that was asked for. */
  changes: { from: ServiceState; to: ServiceState; at: number }[]
  /** How it is now; the changes lead up to it. */
  state: ServiceState
}

export interface UptimeFacts {
  /** By environment. */
  histories: ServiceHistory[]
  /** When the collector was away and saw nothing, oldest first. */
  absences: { from: number; to: number }[]
}

/** What is set for all monitors of a service in one environment; null leaves it to the sender. */
export interface MonitorAdjustment extends MonitorSetting {
  service: string
  env: string
}

/** What the store knows of who is expected to be heard of. */
export interface MonitorStore {
  monitors(query: MonitorQuery): Promise<MonitorPage>
  transitions(query: TransitionQuery): Promise<TransitionPage>
  /** The changes of a service's state since a time; undefined when nothing has come from it. */
  uptime(service: string, since: number): Promise<UptimeFacts | undefined>
  adjustMonitors(adjustment: MonitorAdjustment): Promise<void>
  /** Calls back for every change of state once it is kept, until the returned function is called. */
  watchTransitions(listener: (transition: Transition) => void): () => void
}
