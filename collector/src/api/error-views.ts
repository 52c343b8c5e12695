import { TOLD, type Occurrence } from '../errors/occurrence.ts'
import { FACETS, type ErrorDetail, type ErrorFacets, type ErrorGroupFacts } from '../store/errors.ts'

type View = Record<string, unknown>

/** A group of errors as a list shows it. */
export function showGroup(group: ErrorGroupFacts): View {
  return {
    id: group.key,
    service: group.service,
    type: group.type,
    message: group.message,
    culprit: group.culprit,
    severity: group.severity,
    handled: group.handled,
    state: group.state,
    state_since: iso(group.stateMs),
    resolved_in: group.resolvedVersion,
    muted_until: group.mutedUntilMs === null ? null : iso(group.mutedUntilMs),
    muted_until_count: group.mutedUntilCount,
    count: group.count,
    first_seen: iso(group.first),
    last_seen: iso(group.last),
    versions: group.versions,
    envs: group.envs,
    last_24h: group.hours,
    fingerprint: group.fingerprint,
    fingerprint_version: group.fingerprintVersion,
    overflow: group.overflow,
  }
}

/** A group of errors with all that is known of it. */
export function showDetail(detail: ErrorDetail): View {
  const { example, facets, hourly, daily, fingerprints } = detail
  const points = (series: ErrorDetail['hourly']) => series.map(({ at, count }) => ({ at: iso(at), count }))
  return {
    ...showGroup(detail),
    fingerprints,
    seen_with: Object.fromEntries(FACETS.map((kind) => [kind, showFacets(facets[kind])])),
    series: { hourly: points(hourly), daily: points(daily) },
    example: example && { ...showOccurrence(example), stacktrace: example.stack, frames: example.frames },
  }
}

/** One occurrence of an error. */
export function showOccurrence(occurrence: Omit<Occurrence, 'stack'>): View {
  const { told, timeMs, folded, traceId, spanId, eventId, type, message, ...rest } = occurrence
  const { instance, env, version, method, route, status, severity, handled, user } = rest
  const told_by = (['event', 'span_event', 'log'] as const).filter((by) => (told & TOLD[by]) !== 0)
  return {
    at: iso(timeMs),
    type,
    message,
    count: Math.max(1, folded),
    told_by,
    trace_id: traceId,
    span_id: spanId,
    event_id: eventId,
    instance,
    env,
    version,
    method,
    route,
    status,
    severity,
    handled,
    user,
  }
}

function showFacets({ values, more }: ErrorFacets): View {
  return {
    values: values.map(({ value, count, first, last }) => {
      return { value, count, first_seen: iso(first), last_seen: iso(last) }
    }),
    more,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
