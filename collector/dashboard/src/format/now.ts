import { createStore, type Store } from '../app/store.ts'

/** Milliseconds since the epoch, anew every second while someone can see the page. */
export const thisSecond: Store<number> = createStore(Date.now())

export function keepTimesTrue(): void {
  const tick = () => {
    if (!document.hidden) thisSecond.set(Date.now())
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
}
