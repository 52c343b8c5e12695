import { useCallback, useMemo } from 'preact/hooks'
import { createStore, useStore, type Store } from './store.ts'

/** What the address says: `#/path?query`. The address is the state of a page. */
export interface Route {
  /** `/`, `/trace/0af7…`; still encoded. */
  path: string
  query: URLSearchParams
}

/** Reads a hash; what is no path is `/`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = cut(hash.replace(/^#/, ''), '?')
  return {
    path: path.startsWith('/') ? path.replace(/(.)\/+$/, '$1') : '/',
    query: new URLSearchParams(query),
  }
}

/**
 * An address within the page.
 *
 * @param given segments of the path, each encoded; `query` without the entries that are empty or undefined
 * @example
 * href(['service', 'a/b'], { tab: 'errors' }) // '#/service/a%2Fb?tab=errors'
 */
export function href(
  segments: readonly string[],
  query: Readonly<Record<string, string | number | undefined>> | URLSearchParams = {},
): string {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query)
  const kept = entries.filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString()
  return `#/${segments.map(encodeURIComponent).join('/')}${search && `?${search}`}`
}

/** Matches a path against a pattern such as `/trace/:id`; undefined where it does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const got = given[index]!
    if (!part.startsWith(':')) {
      if (part !== got) return undefined
      continue
    }
    const value = decode(got)
    if (value === undefined || value === '') return undefined
    params[part.slice(1)] = value
  }
  return params
}

const route: Store<Route> = createStore(parseRoute(globalThis.location?.hash ?? ''))
let steps = false
globalThis.addEventListener?.('hashchange', () => {
  route.set(parseRoute(location.hash))
  setTimeout(() => (steps = false))
})
globalThis.addEventListener?.('click', ({ target }) => {
  steps = target instanceof Element && target.closest('a[href^="#/"]') !== null
})

/** Whether the address is being changed by a link or a key, and not by going back or forward. */
export function isStep(): boolean {
  return steps
}

export function useRoute(): Route {
  return useStore(route)
}

/** Goes to an address that `href` made, in place of this one where the way back should not lead here. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.hash) return
  if (!options.replace) {
    steps = true
    location.hash = to
    return
  }
  history.replaceState(history.state, '', to)
  route.set(parseRoute(to))
}

/** Values of several entries of the query; an empty or undefined one removes the entry. */
export type QueryChange = Readonly<Record<string, string | undefined>>

/**
 * The query of the address, and how to change some of it. A change is a step of the browser's history unless `replace`
 * is given, as for what is typed letter by letter.
 */
export function useQuery(): [
  query: URLSearchParams,
  change: (to: QueryChange, options?: { replace?: boolean }) => void,
] {
  const { query } = useRoute()
  const change = useCallback((to: QueryChange, options?: { replace?: boolean }) => {
    const { path, query } = route.get()
    const next = new URLSearchParams(query)
    for (const [name, value] of Object.entries(to)) {
      if (value === undefined || value === '') next.delete(name)
      else next.set(name, value)
    }
    const search = next.toString()
    navigate(`#${path}${search && `?${search}`}`, options)
  }, [])
  return [query, change]
}

/**
 * One entry of the query as a state.
 *
 * @example
 * const [severity, setSeverity] = useQueryState('severity', 'info')
 */
export function useQueryState(
  name: string,
  fallback = '',
): [value: string, set: (value: string, options?: { replace?: boolean }) => void] {
  const [query, change] = useQuery()
  const set = useCallback(
    (value: string, options?: { replace?: boolean }) =>
      change({ [name]: value === fallback ? undefined : value }, options),
    [name, fallback, change],
  )
  return [query.get(name) ?? fallback, set]
}

/** An entry that holds several values, commas between them. */
export function useQueryList(name: string): [values: readonly string[], toggle: (value: string) => void] {
  const [text, set] = useQueryState(name)
  const values = useMemo(() => text.split(',').filter((value) => value !== ''), [text])
  const toggle = useCallback(
    (value: string) => {
      const others = values.filter((each) => each !== value)
      set((others.length < values.length ? others : [...values, value]).join(','))
    },
    [values, set],
  )
  return [values, toggle]
}

function cut(text: string, at: string): [string, string] {
  const place = text.indexOf(at)
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)]
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // A half percent-escape names nothing.
    return undefined
  }
}
