import type { JSX } from 'preact'
import { Facts } from '../../components/facts.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { duration } from '../../format/numbers.ts'
import type { Moment } from './moments.ts'

const MAX_ROWS = 1000

/** What was said during a trace, in the order of time. */
export function Story({ moments }: { moments: readonly Moment[] }): JSX.Element {
  if (moments.length === 0) return <p class="nothing">No hub events or logs belong to this trace.</p>
  return (
    <ol class="story" aria-label="Events and logs">
      {moments.slice(0, MAX_ROWS).map(({ kinds, atMs, service, type, said }, index) => (
        <li key={index} class={`moment is-${said.tone}`}>
          <span class="at">{`${atMs < 0 ? '' : '+'}${duration(atMs)}`}</span>
          <ServiceName name={service} />
          <span class="type" title={type}>
            {type}
          </span>
          <span class="says">
            <span class={`said ${said.tone}`}>{said.text}</span>
            <Facts facts={said.facts} />
          </span>
          <span class="kinds">
            {kinds.map((kind) => (
              <span key={kind}>{kind}</span>
            ))}
          </span>
        </li>
      ))}
    </ol>
  )
}
