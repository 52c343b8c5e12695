import { useMemo } from 'preact/hooks'
import type { Given } from '../../api/client.ts'
import { useQuery } from '../../app/router.ts'
import { useStore } from '../../app/store.ts'
import { thisSecond } from '../../format/time.tsx'

export const WINDOWS = [
  { value: '15m', label: '15 minutes', ms: 900_000 },
  { value: '1h', label: '1 hour', ms: 3_600_000 },
  { value: '6h', label: '6 hours', ms: 6 * 3_600_000 },
  { value: '24h', label: '24 hours', ms: 24 * 3_600_000 },
  { value: '7d', label: '7 days', ms: 7 * 24 * 3_600_000 },
] as const

/** How often a window that ends now moves on. */
const STEP_MS = 15_000

/** What the address asks for, in the words of the API. */
export type Filter = Given<'traces/stats'>

/** The filter of the address. A window that ends now moves on with time; one that was selected stays. */
export function useFilter(): Filter {
  const [query] = useQuery()
  const text = query.toString()
  const now = Math.floor(useStore(thisSecond) / STEP_MS) * STEP_MS
  return useMemo(() => {
    const query = new URLSearchParams(text)
    const of = (name: string) => query.get(name) || undefined
    const window = WINDOWS.find(({ value }) => value === of('window')) ?? WINDOWS[1]
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
