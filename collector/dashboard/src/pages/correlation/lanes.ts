import type { Answer } from '../../api/client.ts'
import type { StoredEvent } from '../../live/protocol.ts'

export type Trace = Answer<'traces'>['data'][number]

/** What happened under one correlation id within one trace, or outside of any. Times are milliseconds since the epoch. */
export interface Lane {
  /** Undefined for what no trace is known of. */
  traceId: string | undefined
  /** What is known of its spans; undefined where none came. */
  trace: Trace | undefined
  events: StoredEvent[]
  from: number
  to: number
}

/** One lane for each trace by begin, and one for events outside of any. */
export function lanesOf(traces: readonly Trace[], events: readonly StoredEvent[]): Lane[] {
  const byTrace = Map.groupBy(events, ({ trace_id }) => trace_id)
  const known = new Map(traces.map((trace) => [trace.trace_id, trace]))
  const ids = new Set<string | undefined>([...known.keys(), ...byTrace.keys()])
  return [...ids]
    .map((traceId): Lane => {
      const trace = traceId === undefined ? undefined : known.get(traceId)
      const events = byTrace.get(traceId) ?? []
      const times = events.map(({ occurred_at }) => Date.parse(occurred_at))
      const begin = trace && Date.parse(trace.start)
      return {
        traceId,
        trace,
        events,
        from: Math.min(...times, begin ?? Number.POSITIVE_INFINITY),
        to: Math.max(...times, begin === undefined ? 0 : begin + trace!.duration_ms),
      }
    })
    .toSorted((a, b) => a.from - b.from)
}
