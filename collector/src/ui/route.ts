/** What the address asks for: everything, one service's part of it, or one trace. */
export type Route = { view: 'overview'; service?: string } | { view: 'trace'; id: string }

/** Reads `#/`, `#/service/NAME` and `#/trace/ID`; anything else is the overview. */
export function parseRoute(hash: string): Route {
  const [, kind, rest] = /^#\/(service|trace)\/(.+)$/.exec(hash) ?? []
  if (kind === 'trace' && rest && /^[0-9a-f]{32}$/i.test(rest))
    return { view: 'trace', id: rest.toLowerCase() }
  if (kind === 'service' && rest) {
    try {
      return { view: 'overview', service: decodeURIComponent(rest) }
    } catch {
      // A half percent-escape names no service.
    }
  }
  return { view: 'overview' }
}

export function serviceHref(name: string): string {
  return `#/service/${encodeURIComponent(name)}`
}

export function traceHref(id: string): string {
  return `#/trace/${encodeURIComponent(id)}`
}
