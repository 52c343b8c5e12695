/**
 * A service that asked to be watched in the words of the service mesh, with what its health checks came to.
 * Times are milliseconds since the epoch.
 */
export interface MeshService {
  id: string
  name: string
  intervalS: number
  timeoutS: number
  maxFailures: number
  /** What is called every interval; null for a service that only reports by itself. */
  healthUrl: string | null
  registeredAt: number
  checks: MeshChecks
}

/** What health checks came to, since the registration. */
export interface MeshChecks {
  succeeded: number
  failed: number
  /** Failures since the last success. */
  consecutiveFailures: number
  /** Of successes. */
  latencySumMs: number
  latencyMaxMs: number
  latencyMinMs: number
  lastSuccessAt: number | null
  /** When it last answered anything at all. */
  lastAnswerAt: number | null
  /** Since when it is up without having been critical or dead; null while it is not. */
  upSince: number | null
  /** Why the newest check failed; null after a success. */
  lastError: string | null
  /** `version` of its newest healthy answer. */
  version: string | null
}

/** What is to be kept of watched services. */
export interface MeshChange {
  /** Whole, as they are now. */
  saved: readonly MeshService[]
  /** Ids. */
  removed: readonly string[]
}
