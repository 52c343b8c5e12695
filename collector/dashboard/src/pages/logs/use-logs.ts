import { useEffect, useRef, useState } from 'preact/hooks'
import { read } from '../../api/client.ts'
import { poll, type Poll } from '../../api/poll.ts'
import { tellConnection, tellFailure } from '../../app/connection.ts'
import { useLive } from '../../live/use-live.ts'
import type { LogFilter, LogRecord } from './filter.ts'

const PAGE = 200
const MOST = 20_000
/** How often what is followed is read again where the stream does not tell of it, and where it does. */
const [FOLLOW_MS, FOLLOWED_MS] = [2000, 15_000]
/** Log records that are stored, as a number. */
const LOGS = { signal: 'logs' }
const NEVER_MS = 2 ** 31 - 1

export interface Logs {
  /** Newest first. */
  records: readonly LogRecord[]
  isRead: boolean
  hasMore: boolean
  /** Where the work of one request ended before all was searched. */
  searchedUntil: string | null
  error: Error | undefined
}

const NOTHING: Logs = { records: [], isRead: false, hasMore: false, searchedUntil: null, error: undefined }

/** Log records of a filter, page by page as they are asked for; the newest again and again while they are followed. */
export function useLogs(filter: LogFilter, isFollowing: boolean): Logs & { more: () => void } {
  const key = JSON.stringify(filter)
  const [state, setState] = useState<Logs & { key: string }>({ ...NOTHING, key: '' })
  const cursor = useRef<string | null>(null)
  const isReading = useRef(false)
  const following = useRef<Poll | undefined>(undefined)
  const [isTold, setTold] = useState(false)
  const poke = () => following.current?.poke()
  const begun = () => {
    setTold(true)
    poke()
  }
  useLive(isFollowing ? LOGS : null, { begun, take: poke })

  useEffect(() => {
    const stop = new AbortController()
    let isFirst = true
    const polling = (following.current = poll(
      async () => {
        try {
          const page = await read('logs', { ...filter, limit: PAGE }, stop.signal)
          tellConnection({ answers: true })
          setState((old) => {
            const known = new Set(old.key === key ? old.records.map(({ id }) => id) : [])
            const fresh = page.data.filter(({ id }) => !known.has(id))
            // Where none is known there may be others in between: then all begins anew.
            if (isFirst || (fresh.length === page.data.length && page.has_more)) {
              isFirst = false
              cursor.current = page.next_cursor
              return {
                key,
                records: page.data,
                isRead: true,
                hasMore: page.has_more,
                searchedUntil: page.searched_until,
                error: undefined,
              }
            }
            if (fresh.length === 0) return old.error ? { ...old, error: undefined } : old
            const records = [...fresh, ...old.records].toSorted(newestFirst).slice(0, MOST)
            return { ...old, records, error: undefined }
          })
        } catch (error) {
          if (!stop.signal.aborted && tellFailure(error))
            setState((old) => ({ ...old, key, isRead: true, error: error as Error }))
        }
      },
      isFollowing ? (isTold ? FOLLOWED_MS : FOLLOW_MS) : NEVER_MS,
    ))
    return () => {
      stop.abort()
      polling.stop()
    }
  }, [key, isFollowing, isTold])

  const more = async () => {
    if (isReading.current || cursor.current === null || state.records.length >= MOST) return
    isReading.current = true
    try {
      const page = await read('logs', { ...filter, limit: PAGE, cursor: cursor.current })
      cursor.current = page.next_cursor
      setState((old) => {
        if (old.key !== key) return old
        const known = new Set(old.records.map(({ id }) => id))
        const records = [...old.records, ...page.data.filter(({ id }) => !known.has(id))]
        return { ...old, records, hasMore: page.has_more, searchedUntil: page.searched_until }
      })
    } catch (error) {
      if (tellFailure(error)) setState((old) => ({ ...old, error: error as Error }))
    } finally {
      isReading.current = false
    }
  }
  return { ...state, more: () => void more() }
}

function newestFirst(a: LogRecord, b: LogRecord): number {
  const [one, other] = [BigInt(a.time_unix_nano), BigInt(b.time_unix_nano)]
  return one === other ? 0 : one < other ? 1 : -1
}
