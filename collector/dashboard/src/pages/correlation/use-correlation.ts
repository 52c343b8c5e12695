import { useMemo } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import type { StoredEvent } from '../../live/protocol.ts'
import { useLivePoke } from '../../live/use-live.ts'
import { lanesOf, type Lane, type Trace } from './lanes.ts'

const EVERY_MS = 15_000
const MOST = 200
/** How long before the first event and after the last a trace is looked for. */
const AROUND_MS = 3_600_000
const TRACE_ID = /^[0-9a-f]{32}$/i

interface Correlation {
  /** Undefined until it was read. */
  lanes: Lane[] | undefined
  events: readonly StoredEvent[]
  /** Whether there is more than one answer carries. */
  isMore: boolean
  error: Error | undefined
  again: () => void
}

/** What is known under a correlation id: its events, the traces that name it and those that its events name. */
export function useCorrelation(id: string): Correlation {
  const told = useRead('hub/events', { correlation_id: id, limit: MOST }, { everyMs: EVERY_MS })
  useLivePoke({ correlation_id: id }, told.poke)
  const events = (told.data?.data ?? []) as unknown as StoredEvent[]
  const times = events.map(({ occurred_at }) => Date.parse(occurred_at))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const around = (ms: number, by: number) =>
    Number.isFinite(ms) ? new Date(ms + by).toISOString() : undefined
  const named = useRead(
    told.data && !told.isStale ? 'traces' : null,
    {
      attr: [`hub.correlation_id:"${id}"`],
      since: around(first, -AROUND_MS),
      until: around(last, AROUND_MS),
      limit: MOST,
    },
    { everyMs: EVERY_MS },
  )
  // Without a correlation of its own a request has that of its trace.
  const own = useRead(TRACE_ID.test(id) ? 'traces/{id}' : null, { id })
  const lanes = useMemo(() => {
    if (!told.data || !(named.data || named.error)) return undefined
    const traces = [...(named.data?.data ?? [])]
    const alone = own.data && asSummary(own.data as unknown as OwnTrace)
    if (alone && !traces.some(({ trace_id }) => trace_id === alone.trace_id)) traces.push(alone)
    return lanesOf(traces, events)
  }, [told.data, named.data, named.error, own.data])
  return {
    lanes,
    events,
    isMore: (told.data?.has_more ?? false) || (named.data?.has_more ?? false),
    error: told.error ?? named.error,
    again: told.again,
  }
}

interface OwnTrace {
  trace_id: string
  services: string[]
  start: string | null
  duration_ms: number | null
  counts: { spans: number; errors: number }
  spans: { name: string; service: string }[]
}

function asSummary({ trace_id, services, start, duration_ms, counts, spans }: OwnTrace): Trace | undefined {
  const root = spans[0]
  if (!root || start === null || duration_ms === null) return undefined
  const { name, service } = root
  return { trace_id, name, service, services, start, duration_ms, spans: counts.spans, errors: counts.errors }
}
