import { useMemo } from 'preact/hooks'
import type { Given } from '../../api/client.ts'
import { useQuery } from '../../app/router.ts'
import { useNow, windowOf } from '../../app/window.ts'

/** What the address asks for, in the words of the API. */
export type Filter = Given<'traces/stats'>

/** The filter of the address. A window that ends now moves on with time; one that was selected stays. */
export function useFilter(): Filter {
  const [query] = useQuery()
  const text = query.toString()
  const now = useNow()
  return useMemo(() => {
    const query = new URLSearchParams(text)
    const of = (name: string) => query.get(name) || undefined
    const window = windowOf(query.get('window'))
    return {
      service: of('service'),
      operation: of('operation'),
      status: of('status') as 'error' | undefined,
      kind: of('kind') as 'server' | undefined,
      min_duration: of('min'),
      max_duration: of('max'),
      attr: attributesIn(of('attr') ?? ''),
      since: of('since') ?? new Date(now - window.ms).toISOString(),
      until: of('until'),
    }
  }, [text, now])
}

/** `a:1 "k8s.pod:name":web b="x y"` as the API takes them: `key:value`, spaces between, an equals sign as good as a colon. */
export function attributesIn(text: string): string[] | undefined {
  const parts = text.match(/(?:"[^"]*"|[^\s"])+/g)
  return parts?.map((part) => part.replace(/^("[^"]*"|[^":=]+)=/, '$1:'))
}
