import { Page } from '../bytes/page.ts'
import { Run } from '../bytes/run.ts'
import type { Priority } from '../wire/event.ts'

export const NEW_LINE = 10

/** Events that are text already, and stay the same text at every try: each a line of JSON, its end included. */
export class EventRun extends Run {
  /** An event on a page of its own. */
  static ofText(text: Uint8Array, priority: Priority, seq: number): EventRun {
    const page = new Page(text.byteLength + 1, 1)
    page.buffer.set(text)
    page.buffer[text.byteLength] = NEW_LINE
    page.add(page.buffer.length, seq)
    return new EventRun(priority, page, 0, 1)
  }

  protected override over(from: number, to: number): this {
    return new EventRun(this.priority, this.page, from, to) as this
  }

  /** The bytes of its events, without the end of the last line. */
  get body(): Buffer {
    return this.page.buffer.subarray(this.page.endOf(this.from), this.page.endOf(this.to) - 1)
  }
}

/** What every event of one hub has in common. */
export interface Envelope {
  readonly source: string
  readonly version: 1
  readonly env: string
  readonly instance: string
}
