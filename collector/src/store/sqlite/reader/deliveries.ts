import type { InstanceDelivery, ServiceDelivery } from '../../../services/delivery.ts'
import { addDelivery, describeRun, noDelivery } from '../../../services/delivery.ts'
import { toDelivery } from '../delivery-rows.ts'
import type { PartFiles } from './part-files.ts'

// The newest; the totals are of all.
const MAX_SHOWN = 100

/** What is known of the numbered events of a service; undefined when nothing has come from it. */
export function readDelivery({ catalog }: PartFiles, name: string): ServiceDelivery | undefined {
  const service = catalog
    .prepare('SELECT id FROM services WHERE name = ? AND first_seen_ms IS NOT NULL')
    .get(name)?.['id'] as number | undefined
  if (service === undefined) return undefined
  const totals = noDelivery()
  const instances: InstanceDelivery[] = []
  const rows = catalog.prepare(
    'SELECT * FROM deliveries WHERE service_id = ? ORDER BY last_ms DESC, instance, run DESC',
  )
  for (const row of rows.iterate(service)) {
    const described = describeRun(row['instance'] as string, toDelivery(row))
    addDelivery(totals, described)
    if (instances.length < MAX_SHOWN) instances.push(described)
  }
  return { service: name, totals, instances, truncated: totals.runs > instances.length }
}
