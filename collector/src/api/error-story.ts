import type { StoredEvent } from '../store/rows.ts'
import type { ErrorDetail } from '../store/errors.ts'
import type { Store } from '../store/store.ts'

const WITHIN_MS = 3_600_000

/** The last hub events and log records of the example's instance before it happened, the newest first. */
export async function storyBefore(
  store: Store,
  { service, example, last }: ErrorDetail,
  limit: number,
): Promise<Record<string, unknown>> {
  const { instance = null, eventId = null, timeMs = last } = example ?? {}
  const at = new Date(timeMs).toISOString()
  if (instance === null) return { service, instance, at, data: [] }
  // One more of each, as they tell of the error itself too.
  const asked = { instance, order: 'desc', limit: limit + 1 } as const
  const [since, until] = [timeMs - WITHIN_MS, timeMs + 1]
  const [events, logs] = await Promise.all([
    store.events({ ...asked, source: service, since, occurredFrom: since, occurredUntil: until }),
    store.logs({ ...asked, service, since, until }),
  ])
  const told = events.events.map(({ json }) => JSON.parse(json) as StoredEvent)
  const data = [
    ...told
      .filter(({ id }) => id !== eventId)
      .map((event) => ({ kind: 'event', at: event.occurred_at, event })),
    ...logs.records
      .filter((log) => eventId === null || log.hub_event_id !== eventId)
      .map((log) => ({ kind: 'log', at: log.time, log })),
  ]
  const newest = data.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, limit)
  return { service, instance, at, data: newest }
}
