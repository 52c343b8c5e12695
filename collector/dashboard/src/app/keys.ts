import { useEffect, useRef } from 'preact/hooks'
import { createStore, type Store } from './store.ts'

/** What a key does: `j`, `Escape`, or one after the other as in `g s`. */
export interface Key {
  keys: string
  label: string
  run: (event: KeyboardEvent) => void
}

/** All keys that do something now; of several with the same keys the last one does. */
export const activeKeys: Store<readonly Key[]> = createStore<readonly Key[]>([])

const SEQUENCE_MS = 1500
let before: { key: string; at: number } | undefined

/**
 * Gives keys to a component for as long as it is shown. They go before those that were given earlier.
 *
 * @example
 * useKeys([{ keys: 'p', label: 'Pause', run: () => setPaused(!paused) }])
 */
export function useKeys(keys: readonly Key[]): void {
  const latest = useRef(keys)
  latest.current = keys
  const names = keys.map(({ keys, label }) => `${keys}\n${label}`).join('\n\n')
  useEffect(() => {
    const mine = latest.current.map((key, index): Key => ({
      ...key,
      run: (event) => latest.current[index]?.run(event),
    }))
    activeKeys.set([...activeKeys.get(), ...mine])
    return () => activeKeys.set(activeKeys.get().filter((key) => !mine.includes(key)))
  }, [names])
}

/** Begins to listen. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    const { key, target } = event
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyping(target) && key !== 'Escape') return
    const recent = before && event.timeStamp - before.at < SEQUENCE_MS ? before.key : undefined
    before = { key, at: event.timeStamp }
    const found = (recent !== undefined && find(`${recent} ${key}`)) || find(key)
    if (!found) return
    event.preventDefault()
    before = undefined
    found.run(event)
  })
}

function find(keys: string): Key | undefined {
  return activeKeys.get().findLast((key) => key.keys === keys)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
