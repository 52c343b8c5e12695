import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { useQuery, useQueryList } from '../../app/router.ts'
import { Facets } from '../../components/facets.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { pairOf, type LogFilter } from './filter.ts'

const FACET_MS = 10_000

interface LogFacetsProps {
  filter: LogFilter
  isFollowing: boolean
  attributes: readonly string[]
  toggle: (pair: string) => void
}

/** What the records are of, and of an attribute that is asked for its values; each narrows what is shown. */
export function LogFacets({ filter, isFollowing, attributes, toggle }: LogFacetsProps): JSX.Element {
  const [query, change] = useQuery()
  const [severities, toggleSeverity] = useQueryList('severity')
  const facet = query.get('facet') ?? undefined
  const given = { ...filter, facet, top: 12 }
  const often = isFollowing ? { everyMs: FACET_MS } : {}
  const { data } = useRead('logs/facets', given, often)
  // Beside what is chosen of a facet its other values are shown too.
  const useWithout = (name: 'severity' | 'service' | 'event_name') =>
    useRead(query.has(name) ? 'logs/facets' : null, { ...given, [name]: undefined }, often).data
  const bySeverity = useWithout('severity') ?? data
  const byService = useWithout('service') ?? data
  const byName = useWithout('event_name') ?? data
  const one = (name: string) => {
    const chosen = query.get(name)
    return {
      chosen: chosen === null ? [] : [chosen],
      toggle: (value: string) => change({ [name]: value === chosen ? '' : value }),
    }
  }
  const ofAttribute = (data?.attribute?.values ?? []).map(({ value, count }) => ({
    value: pairOf(data!.attribute!.key, value)!,
    label: value,
    count,
  }))
  return (
    <div class="facets">
      <Facets
        title="Severity"
        values={(bySeverity?.severities ?? []).filter(({ value }) => value !== 'unspecified')}
        chosen={severities}
        toggle={toggleSeverity}
      />
      <Facets title="Service" values={byService?.services ?? []} {...one('service')} />
      <Facets title="Event name" values={byName?.event_names ?? []} {...one('event_name')} />
      <SearchField
        name="facet"
        label="Count the values of an attribute"
        placeholder="Attribute"
        main={false}
      />
      {facet !== undefined && (
        <Facets
          title={facet}
          values={ofAttribute}
          chosen={attributes.filter((pair) => ofAttribute.some(({ value }) => value === pair))}
          toggle={toggle}
        />
      )}
    </div>
  )
}
