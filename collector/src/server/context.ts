import type { Logger } from 'pino'
import type { CollectorConfig } from '../config/config.ts'
import type { MeshWatch } from '../dialects/mesh/watch.ts'
import type { LiveFeed } from '../live/feed.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { AccessControl } from './access.ts'
import type { AdminAddress } from './admin-address.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { Attempts } from './attempts.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Sessions } from './sessions.ts'

/** How many connections there may be, and in how many milliseconds each has to get on. */
export interface ConnectionLimits {
  connections: number
  /** Until the headers of a request are there. */
  headersMs: number
  /** Until all of a request is there. */
  requestMs: number
  /** Between two requests. */
  keepAliveMs: number
}

/** What the routes work with. */
export interface Context {
  readonly config: CollectorConfig
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly startedAt: number
  /** @throws {HttpError} 503 while it is being opened. */
  readonly store: () => Store
  readonly feed: LiveFeed
  /** Services that the mesh watches. */
  readonly mesh: MeshWatch
  readonly metrics: Metrics
  readonly access: AccessControl
  readonly tokens: Tokens
  /** Undefined while everything is at one address. */
  readonly admin: AdminAddress | undefined
  readonly sessions: Sessions
  /** Sign-ins that failed. */
  readonly attempts: Attempts
  /** Where OTLP is taken over gRPC; undefined where it is not. */
  readonly grpcPort: () => number | undefined
  readonly log: Logger
  /** Undefined while there is no HUBLINE_RATE. */
  readonly rate: RateLimit | undefined
  readonly connections: ConnectionLimits
  /** Bytes of one request body, before and after decompression. */
  readonly bodyMaxBytes: number
  /** What the bodies that are being read may hold together. */
  readonly reading: ByteBudget
}
