import type { CircuitMetrics, CircuitState } from './breaker.ts'
import type { Tally } from './losses.ts'
import type { Sender } from './sender.ts'

/** Whether what a service says arrives, in the words of the event hooks' own health answer. */
export interface HubHealth {
  /** `degraded` while attempts fail, `unavailable` while nothing is even tried. */
  status: 'healthy' | 'degraded' | 'unavailable'
  system: string
  events_emitted: number
  events_failed: number
  retry_count: number
  last_error: string | null
  /** RFC 3339. */
  last_success_time: string | null
  circuit_breaker_state: CircuitState
  circuit_breaker_metrics: CircuitMetrics
}

interface Observed {
  tally: Pick<Tally, 'delivered' | 'lost'>
  sender: Pick<Sender<never>, 'failures' | 'retries' | 'lastError' | 'lastSuccess' | 'breaker'>
}

const metricsOf = (threshold: number, recoveryMs: number): CircuitMetrics => ({
  state: 'closed',
  failure_count: 0,
  success_count: 0,
  failure_threshold: threshold,
  recovery_timeout: recoveryMs / 1000,
})

/** The health of the hub that `delivery` brings events to; there is none where nothing is sent. */
export function healthOf(
  config: { source: string; breakerThreshold: number; breakerTimeout: number },
  delivery: Observed | undefined,
): HubHealth {
  const { tally, sender } = delivery ?? {}
  const circuit = sender?.breaker.metrics() ?? metricsOf(config.breakerThreshold, config.breakerTimeout)
  const failing = (sender?.failures ?? 0) > 0
  return {
    status: !sender || circuit.state === 'open' ? 'unavailable' : failing ? 'degraded' : 'healthy',
    system: config.source,
    events_emitted: tally?.delivered ?? 0,
    events_failed: tally?.lost ?? 0,
    retry_count: sender?.retries ?? 0,
    last_error: sender?.lastError ?? null,
    last_success_time: sender?.lastSuccess === undefined ? null : new Date(sender.lastSuccess).toISOString(),
    circuit_breaker_state: circuit.state,
    circuit_breaker_metrics: circuit,
  }
}
