import type { JSX } from 'preact'
import { href, useQuery } from '../../app/router.ts'
import { counted } from '../../format/numbers.ts'
import type { Metric } from './metrics.ts'

const KEPT = ['q', 'service', 'range'] as const

/** All metrics, one of which is shown. */
export function Picker({
  metrics,
  chosen,
  hasMore,
}: {
  metrics: readonly Metric[]
  chosen: string
  hasMore: boolean
}): JSX.Element {
  const [query] = useQuery()
  const kept = Object.fromEntries(KEPT.map((name) => [name, query.get(name) ?? undefined]))
  return (
    <nav class="panel picker" aria-label="Metrics">
      <ul>
        {metrics.map(({ name, type, unit, services, series }) => (
          <li key={`${name} ${type}`}>
            <a
              href={href(['metrics'], { ...kept, name })}
              data-row
              title={name}
              aria-current={name === chosen ? 'true' : undefined}
            >
              <span class="name">{name}</span>
              <span class="under">
                <span>{type.replace('_', ' ')}</span>
                {unit !== '' && <span>{unit}</span>}
                <span>
                  {services.length === 1 ? services[0]!.name : counted(services.length, 'service')}
                  {series > 1 && `, ${counted(series, 'series').replace(/s$/, '')}`}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {hasMore && <p class="nothing">There are more; a search shows fewer.</p>}
    </nav>
  )
}
