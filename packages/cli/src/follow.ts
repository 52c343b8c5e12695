import { setTimeout as pause } from 'node:timers/promises'
import type { CommandError } from './command-error.ts'
import type { Connection } from './hub-client.ts'
import { messages } from './server-sent.ts'
import { body, lines, open, PassingError } from './stream-client.ts'

const MOST_WAIT_MS = 10_000
const FIRST_WAIT_MS = 250

export interface Following {
  /** The connection was cut; it is made again until it stands. */
  lost(error: CommandError): void
  again(): void
  /** Ends it. */
  signal?: AbortSignal
}

/**
 * Events as JSON, for ever: a connection that is cut goes on where it was, without missing or repeating any.
 *
 * @param query filters of the stream; where it begins is kept in it
 * @throws {CommandError} for what fails before the first connection stood, and when the collector refuses
 */
export async function* follow(
  connection: Connection,
  query: URLSearchParams,
  { lost, again, signal }: Following,
): AsyncGenerator<string> {
  let failures = 0
  let isKnown = false
  let wasTold = false
  for (;;) {
    if (signal?.aborted) return
    try {
      const path = `/api/v1/hub/stream?${query.toString()}`
      const response = await open(connection, 'GET', path, undefined, signal)
      if (wasTold) again()
      failures = 0
      wasTold = false
      // Until there is a cursor: by the clock of the collector, not by ours.
      if (!isKnown && !query.has('cursor') && !query.has('since')) beginNow(query, response)
      isKnown = true
      for await (const { id, data } of messages(lines(body(response, connection.url)))) {
        if (data !== undefined) yield data
        if (id === undefined) continue
        query.set('cursor', id)
        query.delete('since')
      }
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof PassingError) || !isKnown) throw error
      if (!wasTold) lost(error)
      wasTold = true
    }
    const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++)
    await pause(wait * (0.5 + Math.random() / 2), undefined, signal && { signal }).catch(() => undefined)
  }
}

function beginNow(query: URLSearchParams, response: Response): void {
  const date = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(date)) query.set('since', new Date(date).toISOString())
}
