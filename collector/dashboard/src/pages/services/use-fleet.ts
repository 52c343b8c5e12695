import { useMemo } from 'preact/hooks'
import type { Given } from '../../api/client.ts'
import { useRead, type Reading } from '../../api/use-read.ts'
import { isText } from '../../format/json.ts'
import { useLivePoke } from '../../live/use-live.ts'
import type { StoredEvent } from '../../live/protocol.ts'
import type { Fleet, Service, Window } from './fleet.ts'

const HOUR_MS = 3_600_000
const HOURS: Record<Window, number> = { '1h': 1, '6h': 6, '24h': 24, '7d': 168 }
const MOST = 100

/** The fleet, or one service of it, for charts: its marks are also of deploys that were told by a DeploySignal. */
export function useFleet(given: Given<'fleet'> & { window: Window }, everyMs: number): Reading<Fleet> {
  const { window, service } = given
  const reading = useRead('fleet', given, { everyMs })
  // Looked for once; those that come are told by the stream.
  const since = useMemo(() => new Date(Date.now() - HOURS[window] * HOUR_MS).toISOString(), [window])
  const ofDeploys = { type: 'DeploySignal', source: service === undefined ? undefined : String(service) }
  const { data, poke } = useRead('hub/events', { ...ofDeploys, since, order: 'desc', limit: MOST })
  useLivePoke(ofDeploys, poke)
  const fleet = reading.data
  return { ...reading, data: useMemo(() => fleet && withDeploys(fleet, data?.data ?? []), [fleet, data]) }
}

function withDeploys(fleet: Fleet, signals: readonly StoredEvent[]): Fleet {
  const bySource = Map.groupBy(signals, ({ source }) => source)
  const services = fleet.services.map((service): Service => {
    const own = bySource.get(service.name)
    return own ? { ...service, marks: [...service.marks, ...own.map(markOf)] } : service
  })
  return { ...fleet, services }
}

function markOf({ occurred_at, payload }: StoredEvent): Service['marks'][number] {
  const { version } = payload
  return { at: occurred_at, kind: 'deploy', version: isText(version) ? version : null, instances: 1 }
}
