import { useCallback, useMemo, useState } from 'preact/hooks'
import type { Given, Answer } from '../../api/client.ts'
import { href, navigate, useQuery } from '../../app/router.ts'

export type LogRecord = Answer<'logs'>['data'][number]
export type LogFilter = Omit<Given<'logs'>, 'order' | 'cursor' | 'limit'>

const MINUTE_MS = 60_000
export const RANGES: readonly { value: string; label: string; ms?: number }[] = [
  { value: '15m', label: '15 minutes', ms: 15 * MINUTE_MS },
  { value: '1h', label: '1 hour', ms: 60 * MINUTE_MS },
  { value: '6h', label: '6 hours', ms: 360 * MINUTE_MS },
  { value: '24h', label: '24 hours', ms: 1440 * MINUTE_MS },
  { value: '7d', label: '7 days', ms: 10_080 * MINUTE_MS },
]
const DEFAULT_RANGE = '1h'
const WORDS = ['q', 'service', 'severity', 'event_name', 'trace_id', 'span_id', 'instance', 'env'] as const

export interface Filtering {
  filter: LogFilter
  /** Of the list of ranges; empty where the address names a beginning and an end. */
  range: string
  since: number
  /** Undefined while it goes on to now. */
  until: number | undefined
  attributes: readonly string[]
  /** Whether anything but the time is asked for. */
  isFiltered: boolean
  toggleAttribute: (pair: string) => void
}

/** What the address asks for. A range that ends now begins where it did when it was chosen. */
export function useFilter(): Filtering {
  const [query] = useQuery()
  const text = query.toString()
  const [opened] = useState(Date.now)
  const filtering = useMemo(() => {
    const [from, to] = [Date.parse(query.get('since') ?? ''), Date.parse(query.get('until') ?? '')]
    const isFixed = !Number.isNaN(from)
    const named = RANGES.find(({ value }) => value === query.get('range'))
    const { value, ms } = named ?? RANGES.find(({ value }) => value === DEFAULT_RANGE)!
    const since = isFixed ? from : opened - ms!
    const until = isFixed && !Number.isNaN(to) ? to : undefined
    const attributes = query.getAll('attr')
    const words = Object.fromEntries(WORDS.map((name) => [name, query.get(name) ?? undefined]))
    const filter: LogFilter = {
      ...words,
      attr: attributes.length > 0 ? attributes : undefined,
      since: iso(since),
      until: until && iso(until),
    }
    const isFiltered = attributes.length > 0 || WORDS.some((name) => query.has(name))
    return { filter, range: isFixed ? '' : value, since, until, attributes, isFiltered }
  }, [text, opened])
  const toggleAttribute = useCallback(
    (pair: string) => {
      const next = new URLSearchParams(text)
      const others = next.getAll('attr').filter((each) => each !== pair)
      const isNew = others.length === next.getAll('attr').length
      next.delete('attr')
      for (const each of isNew ? [...others, pair] : others) next.append('attr', each)
      navigate(href(['logs'], next))
    },
    [text],
  )
  return { ...filtering, toggleAttribute }
}

/** An attribute as the API filters by it; undefined where its value is no single word. */
export function pairOf(key: string, value: unknown): string | undefined {
  const name = key.includes(':') ? `"${key}"` : key
  if (typeof value === 'string') return `${name}:"${value}"`
  if (typeof value === 'number' || typeof value === 'boolean') return `${name}:${String(value)}`
  return undefined
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
