import type { QueuedEvent } from '../client/hub-post.ts'
import type { HubEvent, Priority } from '../wire/event.ts'

/** Rough cost of a string's event beyond its characters. */
const OVERHEAD_BYTES = 64

/** An event that is text already. */
export class WrittenEvent implements QueuedEvent {
  readonly priority: Priority
  readonly bytes: number
  readonly seq: number
  readonly #text: string

  /** @param seq position among those that wait with it */
  constructor(event: HubEvent, seq: number) {
    this.#text = JSON.stringify(event)
    this.seq = seq
    this.priority = event.priority ?? 'normal'
    this.bytes = this.#text.length + OVERHEAD_BYTES
  }

  json(): string {
    return this.#text
  }
}

/** What every event of one hub has in common. */
export interface Envelope {
  readonly source: string
  readonly version: 1
  readonly env: string
  readonly instance: string
}
