import type { JSX } from 'preact'
import type { Answer } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Ago, When } from '../../format/time.tsx'

type Change = Answer<'services/{name}/transitions'>['data'][number]

const EVERY_MS = 10_000
const REASONS: Record<Change['reason'], string> = {
  registered: 'it registered',
  heartbeat: 'a heartbeat came',
  lifecycle: 'it said so',
  seen: 'something came from it',
  goodbye: 'it said goodbye',
  crash: 'a crash was told',
  missed_beat: 'a heartbeat is missed',
  silence: 'nothing came any more',
  replaced: 'another started in its place',
  no_promise: 'it owes no heartbeat and was not heard of',
  instances: 'its instances are so',
}

/** What became of a service and its instances, newest first, and why. */
export function Changes({ name }: { name: string }): JSX.Element {
  const { data, error, again } = useRead(
    'services/{name}/transitions',
    { name, limit: 20 },
    { everyMs: EVERY_MS },
  )
  return (
    <Panel title="Changes of state">
      <Problem error={error} again={again} />
      {data?.data.length === 0 && <p class="nothing">None yet.</p>}
      <ul class="changes">
        {data?.data.map(({ cursor, at, from, to, reason, instance, scope }) => (
          <li key={cursor}>
            <When at={at} />
            <StateBadge state={to} />
            <span class="quiet">before {from}</span>
            <span>{REASONS[reason]}</span>
            <span class="clip quiet">{scope === 'service' ? 'the service' : instance}</span>
            <Ago at={at} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
