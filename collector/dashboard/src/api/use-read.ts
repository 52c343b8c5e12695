import { useEffect, useRef, useState } from 'preact/hooks'
import { tellConnection, tellFailure } from '../app/connection.ts'
import { ApiError, readText, UnreachableError, type Answer, type Given, type ReadPath } from './client.ts'
import { poll, type Poll } from './poll.ts'

/** What is known of an answer. After a failure, and while others parameters are asked for, the last one stays. */
export interface Reading<Value> {
  data: Value | undefined
  /** To be shown where the data would be; a lost collector is told in the page's head. */
  error: Error | undefined
  /** Whether the data is of other parameters than those asked for now. */
  isStale: boolean
  /** Reads again soon: something has happened. */
  poke: () => void
  /** Reads again at once. */
  again: () => void
}

interface State<Value> {
  key: string
  text: string
  data: Value | undefined
  error: Error | undefined
}

const NEVER_MS = 2 ** 31 - 1
/** After no answer. */
const RETRY_MS = 3000

/**
 * Reads an address of the API, again every `everyMs` while the page is seen, and whenever what is given changes.
 *
 * @param path null reads nothing
 * @param options `keep: false` forgets the answer when other parameters are asked for
 * @example
 * const { data, error } = useRead('services', {}, { everyMs: 5000 })
 */
export function useRead<Path extends ReadPath>(
  path: Path | null,
  given: Given<Path>,
  options: { everyMs?: number; keep?: boolean } = {},
): Reading<Answer<Path>> {
  const { everyMs = NEVER_MS, keep = true } = options
  const key = path === null ? '' : JSON.stringify([path, given])
  const [state, setState] = useState<State<Answer<Path>>>({
    key: '',
    text: '',
    data: undefined,
    error: undefined,
  })
  const polling = useRef<Poll | undefined>(undefined)

  useEffect(() => {
    if (path === null) return undefined
    const stop = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    polling.current = poll(async () => {
      clearTimeout(retry)
      try {
        const text = await readText(path, given, stop.signal)
        tellConnection({ answers: true })
        setState((old) => {
          // What is the same need not be shown anew.
          if (old.key === key && old.text === text && old.error === undefined) return old
          const data = old.text === text ? old.data : (JSON.parse(text) as Answer<Path>)
          return { key, text, data, error: undefined }
        })
      } catch (error) {
        if (stop.signal.aborted) return
        if (error instanceof UnreachableError) retry = setTimeout(() => polling.current?.now(), RETRY_MS)
        // What this session may not see it may not see later either.
        if (error instanceof ApiError && error.status === 403) polling.current?.stop()
        if (tellFailure(error)) setState((old) => ({ ...old, key, error: error as Error }))
      }
    }, everyMs)
    return () => {
      stop.abort()
      clearTimeout(retry)
      polling.current?.stop()
      polling.current = undefined
    }
  }, [key, everyMs])

  const isStale = state.key !== key
  return {
    data: isStale && !keep ? undefined : state.data,
    error: isStale ? undefined : state.error,
    isStale,
    poke: () => polling.current?.poke(),
    again: () => polling.current?.now(),
  }
}
