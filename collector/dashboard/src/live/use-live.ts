import { useEffect, useRef } from 'preact/hooks'
import { follow, type Follower, type LiveFilter } from './follow.ts'

/**
 * Follows events while the component is shown.
 *
 * @param filter null follows nothing
 */
export function useLive(filter: LiveFilter | null, follower: Follower): void {
  const latest = useRef(follower)
  latest.current = follower
  const key = JSON.stringify(filter)
  useEffect(() => {
    if (filter === null) return undefined
    return follow(filter, {
      begun: () => latest.current.begun?.(),
      take: (events, more) => latest.current.take(events, more),
    })
  }, [key])
}

/**
 * Has what was read be read again when such an event comes, and once when the stream begins: what came since it was read
 * would not be told.
 *
 * @example
 * const errors = useRead('errors', {}, { everyMs: 15_000 })
 * useLivePoke({ type: 'ErrorReported' }, errors.poke)
 */
export function useLivePoke(filter: LiveFilter | null, poke: () => void): void {
  useLive(filter, { begun: poke, take: poke })
}
