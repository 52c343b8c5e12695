import type { MeshChecks, MeshService } from '../../store/mesh.ts'

export const NO_CHECKS: MeshChecks = {
  succeeded: 0,
  failed: 0,
  consecutiveFailures: 0,
  latencySumMs: 0,
  latencyMaxMs: 0,
  latencyMinMs: 0,
  lastSuccessAt: null,
  lastAnswerAt: null,
  upSince: null,
  lastError: null,
  version: null,
}

/** What one health check came to. */
export interface CheckResult {
  /** When it ended; milliseconds since the epoch. */
  at: number
  /** Absent where nothing answered. */
  status?: number
  latencyMs?: number
  error?: string
  version?: string
}

/** The counters of a service after one more check: 200 is a success, all else a failure. */
export function withCheck({ checks, ...service }: MeshService, result: CheckResult): MeshService {
  const { at, status, latencyMs = 0, error, version } = result
  const lastAnswerAt = status === undefined ? checks.lastAnswerAt : at
  if (status === 200) {
    const first = checks.succeeded === 0
    return {
      ...service,
      checks: {
        succeeded: checks.succeeded + 1,
        failed: checks.failed,
        consecutiveFailures: 0,
        latencySumMs: checks.latencySumMs + latencyMs,
        latencyMaxMs: Math.max(checks.latencyMaxMs, latencyMs),
        latencyMinMs: first ? latencyMs : Math.min(checks.latencyMinMs, latencyMs),
        lastSuccessAt: at,
        lastAnswerAt,
        upSince: checks.upSince ?? at,
        lastError: null,
        version: version ?? checks.version,
      },
    }
  }
  const consecutiveFailures = checks.consecutiveFailures + 1
  const down = consecutiveFailures >= service.maxFailures
  return {
    ...service,
    checks: {
      ...checks,
      failed: checks.failed + 1,
      consecutiveFailures,
      lastAnswerAt,
      upSince: down ? null : checks.upSince,
      lastError: (error ?? `answered ${status}, not 200`).slice(0, 300),
    },
  }
}
