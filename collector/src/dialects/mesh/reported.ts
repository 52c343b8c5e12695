import { serviceHeartbeat, type ServiceHeartbeat } from '../../monitors/heartbeats.ts'
import type { ServiceFacts } from '../../services/facts.ts'
import type { ServiceState } from '../../services/state.ts'
import type { Store } from '../../store/store.ts'

/** Services that are asked for at once, so that others have their turn at the readers. */
const AT_ONCE = 8

/** What a service has said of itself, all of its instances together. Times are milliseconds since the epoch. */
export interface Reported {
  name: string
  state: ServiceState
  /** Since when it is in that state. */
  since: number | null
  /** When its newest event came; null for one that is seen in spans only. */
  lastSeen: number | null
  /** Undefined for one that never gave a sign of life. */
  heartbeat: ServiceHeartbeat | undefined
  version: string | null
}

/** What the services that `source` may see (null: all) have said of themselves, by name. */
export async function readReported(
  store: Store,
  source: string | null,
  now: number,
): Promise<Map<string, Reported>> {
  const services = source === null ? await store.services() : await ofOne(store, source)
  const reported = new Map<string, Reported>()
  for (let at = 0; at < services.length; at += AT_ONCE) {
    const some = services.slice(at, at + AT_ONCE)
    const heartbeats = await Promise.all(some.map(({ name }) => serviceHeartbeat(store, name, now)))
    some.forEach((facts, index) => reported.set(facts.name, report(facts, heartbeats[index])))
  }
  return reported
}

async function ofOne(store: Store, name: string): Promise<ServiceFacts[]> {
  const facts = await store.service(name)
  return facts ? [facts] : []
}

function report(facts: ServiceFacts, heartbeat: ServiceHeartbeat | undefined): Reported {
  const lastSeen = Math.max(0, ...facts.instances.map((instance) => instance.lastSeen))
  return {
    name: facts.name,
    state: facts.state,
    since: facts.stateSince,
    lastSeen: lastSeen || null,
    heartbeat,
    version: facts.instances.find(({ version }) => version !== null)?.version ?? null,
  }
}
