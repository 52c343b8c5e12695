import type { InstanceFacts, ServiceFacts } from '../services/facts.ts'
import { triage } from '../services/triage.ts'

/** A service as the API shows it. */
export function showService(facts: ServiceFacts, now: number): Record<string, unknown> {
  const newest = <Key extends 'env' | 'version'>(key: Key) =>
    facts.instances.find((instance) => instance[key] !== null)?.[key] ?? null
  const { events, errors, spans, spanErrors, exceptions, logs, metrics } = facts
  const { since, ...said } = triage(facts, now)
  return {
    name: facts.name,
    state: facts.state,
    state_since: iso(facts.stateSince),
    triage: { ...said, since: iso(since) },
    env: newest('env'),
    version: newest('version'),
    environments: facts.environments.map(({ env, state, stateSince, instances }) => {
      return { env, state, state_since: iso(stateSince), instances }
    }),
    first_seen: iso(facts.firstSeen),
    last_seen: iso(facts.lastSeen),
    last_heartbeat: iso(facts.heartbeatAt),
    last_span: iso(facts.spanAt),
    last_interaction: iso(facts.interactionAt),
    instances_up: facts.instances.filter(({ state }) => state === 'up').length,
    counts: { events, errors, spans, span_errors: spanErrors, exceptions, logs, metrics },
    events_by_type: facts.eventsByType,
    instances: facts.instances.map(showInstance),
  }
}

function showInstance(facts: InstanceFacts): Record<string, unknown> {
  return {
    instance: facts.instance || null,
    state: facts.state,
    state_since: iso(facts.stateSince),
    env: facts.env,
    version: facts.version,
    host: facts.host,
    first_seen: iso(facts.firstSeen),
    last_seen: iso(facts.lastSeen),
    last_heartbeat: iso(facts.heartbeatAt),
    heartbeat_interval_s: facts.intervalS,
    status: facts.status,
    lifecycle: facts.lifecycle,
    lifecycle_at: iso(facts.lifecycleAt),
    counts: { events: facts.events, errors: facts.errors },
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
