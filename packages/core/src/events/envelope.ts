import { Stored } from '../bytes/pages.ts'
import type { Priority } from '../wire/event.ts'

/** An event that is text already, and stays the same text at every try. */
export class StoredEvent extends Stored {
  /** Position in the instance's sequence. */
  readonly seq: number

  constructor(priority: Priority, seq: number) {
    super(priority)
    this.seq = seq
  }

  json(): string {
    return this.page.toString('utf8', this.from, this.to)
  }
}

/** What every event of one hub has in common. */
export interface Envelope {
  readonly source: string
  readonly version: 1
  readonly env: string
  readonly instance: string
}
