import type { Fields } from './wire.ts'

/** Looks up what a server kept, in the words of Hubline's API: ids in hex, times as decimal nanoseconds, plain attributes. */
export interface ReadBack {
  /** Undefined where the trace is not known. */
  trace(traceId: string): Promise<{ spans: Fields[]; logs: Fields[] } | undefined>
}

/** The API of a Hubline collector; undefined where the server is something else. */
export async function hublineReadBack(
  url: URL,
  headers: Record<string, string>,
): Promise<ReadBack | undefined> {
  try {
    const health = await fetch(new URL('/health', url))
    if (((await health.json()) as Fields)['service'] !== 'hubline-collector') return undefined
    const list = await fetch(new URL('/api/v1/traces?limit=1', url), { headers })
    // A token that may only send cannot read.
    if (!list.ok) return undefined
  } catch {
    return undefined
  }
  return {
    async trace(traceId) {
      const response = await fetch(new URL(`/api/v1/traces/${traceId.toLowerCase()}`, url), { headers })
      return response.ok ? ((await response.json()) as { spans: Fields[]; logs: Fields[] }) : undefined
    },
  }
}
