import type { Queued } from '../client/queue.ts'
import { PRIORITIES, type Priority } from '../wire/event.ts'
import type { ByteWriter } from './byte-writer.ts'

const PAGE_BYTES = 32 * 1024
/** What waits and is larger has memory of its own. */
const LARGE_BYTES = PAGE_BYTES / 4
/** What one weighs in memory beyond its bytes, about. */
const OVERHEAD_BYTES = 96

const NO_PAGE = Buffer.alloc(0)

/** Something that waits as the bytes that will be sent. */
export class Stored implements Queued {
  readonly priority: Priority
  page: Buffer = NO_PAGE
  /** Where in the page it begins, and ends. */
  from = 0
  to = 0

  constructor(priority: Priority) {
    this.priority = priority
  }

  get bytes(): number {
    return OVERHEAD_BYTES + this.to - this.from
  }

  get body(): Buffer {
    return this.page.subarray(this.from, this.to)
  }
}

/**
 * Memory for what waits to be sent, outside the heap: objects that wait would be copied by the garbage collector again and
 * again, and it would make its room for new ones as large as all of them.
 *
 * Each priority has pages of its own, because those of one come and go in order: no page stays for the sake of a few.
 */
export class Pages {
  readonly #open = PRIORITIES.map(() => ({ page: NO_PAGE, used: 0 }))

  /** Gives `item` what `writer` holds. */
  keep<T extends Stored>(item: T, writer: ByteWriter): T {
    const { length } = writer
    if (length > LARGE_BYTES) {
      item.page = writer.finish()
      item.to = length
      return item
    }
    const open = this.#open[PRIORITIES.indexOf(item.priority)]!
    if (open.used + length > open.page.length) {
      open.page = Buffer.allocUnsafeSlow(PAGE_BYTES)
      open.used = 0
    }
    writer.copyTo(open.page, open.used)
    item.page = open.page
    item.from = open.used
    item.to = open.used += length
    return item
  }
}
