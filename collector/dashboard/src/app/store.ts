import { useEffect, useReducer } from 'preact/hooks'

/** A value that components follow. */
export interface Store<Value> {
  get(): Value
  set(value: Value): void
  /** Calls `changed` at each other value until the answer is called. */
  watch(changed: () => void): () => void
}

export function createStore<Value>(first: Value): Store<Value> {
  const watchers = new Set<() => void>()
  let value = first
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const changed of watchers) changed()
    },
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
}

/** The store's value; the component is shown anew at each other one. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, again] = useReducer((turn: number) => turn + 1, 0)
  const value = store.get()
  useEffect(() => {
    // It may have changed between showing and here.
    if (!Object.is(store.get(), value)) again(undefined as never)
    return store.watch(() => again(undefined as never))
  }, [store])
  return value
}

/** A store whose value stays with this browser, where it may keep anything. */
export function keptStore<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Store<Word> {
  const store = createStore<Word>(words.find((word) => word === recall(name)) ?? words[0])
  store.watch(() => {
    try {
      localStorage.setItem(name, store.get())
    } catch {
      // Then it lasts as long as the page.
    }
  })
  return store
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}
