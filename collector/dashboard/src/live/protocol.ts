import type { Answer } from '../api/client.ts'

export type StoredEvent = Answer<'hub/events'>['data'][number]

/** From a page to the hub of its browser. */
export type Request = { do: 'follow'; id: number; view: string } | { do: 'leave'; id: number } | { do: 'bye' }

/** From the hub to a page. */
export type News =
  | { tells: 'state'; state: 'connecting' | 'live' | 'again' }
  | { tells: 'begun'; id: number }
  | { tells: 'events'; id: number; events: StoredEvent[]; more: number }

/** One message of the collector's stream. */
export interface Message {
  view: number
  events: StoredEvent[]
  more: number
  position: string
  /** In place of all that: why the view cannot be told. */
  error?: string
}
