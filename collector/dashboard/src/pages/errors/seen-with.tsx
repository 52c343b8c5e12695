import type { JSX } from 'preact'
import { Panel } from '../../components/panel.tsx'
import { count, percent } from '../../format/numbers.ts'
import { Ago } from '../../format/time.tsx'
import type { Detail } from './groups.ts'

const NAMES: Record<keyof Detail['seen_with'], string> = {
  version: 'Versions',
  route: 'Routes',
  env: 'Environments',
  instance: 'Instances',
  user: 'Users',
}
const MOST = 6

/** In which versions, routes and so on an error was seen, and how often. */
export function SeenWith({ group }: { group: Detail }): JSX.Element | null {
  const facets = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .map((kind) => ({ kind, ...group.seen_with[kind] }))
    .filter(({ values }) => values.length > 0)
  if (facets.length === 0) return null
  return (
    <Panel title="Seen with">
      <div class="seen">
        {facets.map(({ kind, values, more }) => (
          <section key={kind} aria-label={NAMES[kind]}>
            <h3>{NAMES[kind]}</h3>
            <ul>
              {values.slice(0, MOST).map((each) => (
                <li key={each.value} style={{ '--share': String(each.count / Math.max(1, group.count)) }}>
                  <span class="clip" title={each.value}>
                    {each.value}
                  </span>
                  <span class="quiet">
                    <Ago at={each.last_seen} />
                  </span>
                  <b title={count(each.count)}>
                    {percent(Math.min(1, each.count / Math.max(1, group.count)))}
                  </b>
                </li>
              ))}
            </ul>
            {(more || values.length > MOST) && (
              <p class="quiet">
                {more ? 'and more than are kept' : `and ${count(values.length - MOST)} more`}
              </p>
            )}
          </section>
        ))}
      </div>
    </Panel>
  )
}
