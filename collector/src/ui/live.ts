import { read, type StoredEvent } from './api.ts'
import { showConnection } from './connection.ts'

const FIRST_EVENTS = '50'
const RETRY_MS = 3000

export interface Live {
  close(): void
}

/**
 * Passes on the newest stored events, then every further one as it is committed: none twice, none left out. The stream
 * begins at the cursor where the stored ones end, and resumes where it was cut.
 */
export async function follow(
  source: string | undefined,
  take: (events: StoredEvent[]) => void,
): Promise<Live> {
  const stored = await read<{ data: StoredEvent[] }>('hub/events', {
    order: 'desc',
    limit: FIRST_EVENTS,
    source,
  })
  let last = stored.data[0]?.cursor ?? ''
  let stream: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  take(stored.data.toReversed())

  function open(): void {
    const query = new URLSearchParams(last === '' ? { since: '1970-01-01T00:00:00Z' } : { cursor: last })
    if (source !== undefined) query.set('source', source)
    stream = new EventSource(`/api/v1/stream?${query}`)
    stream.addEventListener('open', () => showConnection({ stream: 'live' }))
    stream.addEventListener('message', ({ lastEventId, data }: MessageEvent<string>) => {
      if (lastEventId <= last) return
      last = lastEventId
      take([JSON.parse(data) as StoredEvent])
    })
    stream.addEventListener('error', () => {
      showConnection({ stream: 'again' })
      // A cut connection is taken up again by the browser; after an error answer it gives up, and we do not.
      if (stream?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS)
    })
  }

  open()
  return {
    close() {
      clearTimeout(retry)
      stream?.close()
    },
  }
}
