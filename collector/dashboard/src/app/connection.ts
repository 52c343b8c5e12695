import { ApiError, UnreachableError } from '../api/client.ts'
import { createStore, type Store } from './store.ts'

export interface Connection {
  stream: 'connecting' | 'live' | 'again'
  /** Whether the collector answered when it was last asked. */
  answers: boolean
  /** Whether it wants a token first. */
  signIn: boolean
}

/** How the page stands with the collector. */
export const connection: Store<Connection> = createStore<Connection>({
  stream: 'connecting',
  answers: true,
  signIn: false,
})

export function tellConnection(news: Partial<Connection>): void {
  const known = connection.get()
  const isNew = Object.entries(news).some(([name, value]) => known[name as keyof Connection] !== value)
  if (isNew) connection.set({ ...known, ...news })
}

/** Remembers of a failure what concerns the whole page; tells whether it is to be shown where it happened. */
export function tellFailure(error: unknown): boolean {
  if (error instanceof UnreachableError) {
    tellConnection({ answers: false })
    return false
  }
  tellConnection({ answers: true })
  if (error instanceof ApiError && error.status === 401) {
    tellConnection({ signIn: true })
    return false
  }
  return true
}
