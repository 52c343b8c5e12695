import { useEffect, useRef } from 'preact/hooks'
import { follow, type Follower, type LiveFilter } from './follow.ts'

/**
 * Follows events while the component is shown.
 *
 * @param filter null follows nothing
 * @example
 * const errors = useRead('errors', {}, { everyMs: 15_000 })
 * useLive({ type: 'ErrorReported' }, { take: errors.poke })
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
