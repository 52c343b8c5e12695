import type { CommandError } from '../command-error.ts'
import { ask } from '../hub-client.ts'
import { ago } from '../moments.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import type { Patient } from './patient.ts'

interface Service {
  state: string
  last_seen: string
  last_heartbeat: string | null
  triage: { code: string; message: string }
}

interface Delivery {
  totals: { generated: number; stored: number; dropped: Record<string, number>; missing: number }
}

const NOT_NUMBERED = 'its events have no numbers, by which it would be known whether any are missing'

const FIXES: Record<string, string> = {
  no_traffic: 'if it takes requests: see that the line is the first of the app',
  no_heartbeat: 'see that HUB_API_URL is set where it runs; from cron, send hubline heartbeat',
  nothing: 'see that it runs, with HUB_API_URL set where it does',
  stopped: 'start it again, if it should run',
  crashed: 'hubline errors tells why, where that was told',
}

/** What the collector says of the service itself, and what became of its events. */
export async function examineService({ source, root }: Patient): Promise<Finding[]> {
  const path = `/api/v1/services/${encodeURIComponent(source)}`
  let service: Service
  try {
    service = await ask<Service>(root, 'GET', path)
  } catch (error) {
    const { code } = error as CommandError
    if (code === 'not_found')
      return [
        warning(
          'service',
          `nothing has come from "${source}" yet`,
          'start it with HUB_API_URL set; if it has another name: HUB_SOURCE',
        ),
      ]
    return [failed('service', error as CommandError, 'the message says why')]
  }
  const { state, triage, last_seen } = service
  const says = `"${source}" is ${state}: ${triage.message}; last heard of ${ago(last_seen, Date.now())}`
  const fix = FIXES[triage.code]
  const isWell = state === 'up' && (triage.code === 'ok' || triage.code === 'no_traffic')
  const found = isWell || fix === undefined ? ok('service', says) : warning('service', says, fix)
  return [found, await account(root, path)]
}

async function account(root: Patient['root'], path: string): Promise<Finding> {
  try {
    const { totals } = await ask<Delivery>(root, 'GET', `${path}/delivery`)
    if (totals.generated === 0) return skipped('delivery', NOT_NUMBERED)
    const lost = Object.entries(totals.dropped).filter(([, count]) => count > 0)
    const says = `${totals.stored} of ${totals.generated} numbered events are stored`
    if (lost.length === 0 && totals.missing === 0) return ok('delivery', says)
    const why = lost.map(([reason, count]) => `${count} ${reason}`).join(', ')
    const parts = [why && `dropped by the sender: ${why}`, totals.missing > 0 && `missing: ${totals.missing}`]
    return warning(
      'delivery',
      `${says}; ${parts.filter(Boolean).join('; ')}`,
      'HUB_SPOOL_DIR keeps on disk what cannot be delivered; docs/delivery.md tells the reasons',
    )
  } catch {
    return skipped('delivery', NOT_NUMBERED)
  }
}
