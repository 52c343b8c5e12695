import { PRIORITIES, type Priority } from '../wire/event.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Page } from './page.ts'

const PAGE_BYTES = 32 * 1024
const PAGE_RECORDS = 256
/** What waits and is larger has memory of its own. */
const LARGE_BYTES = PAGE_BYTES / 4
/** Kept for what comes next, once they have been read. */
const MAX_SPARE = 64

/**
 * Memory for what waits to be sent, outside the heap: objects that wait would be copied by the garbage collector again and
 * again, and it would make its room for new ones as large as all of them.
 *
 * Each priority has pages of its own, because those of one come and go in order: no page stays for the sake of a few. A page
 * that was read is written anew: left to the garbage collector, it would be freed long after.
 */
export class Pages {
  readonly #open: (Page | undefined)[] = PRIORITIES.map(() => undefined)
  readonly #spare: Page[] = []
  readonly #recycle = (page: Page): void => {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(page)
  }

  /** Lets `writer` begin the next record where it is to be kept. */
  begin<Writer extends ByteWriter>(priority: Priority, writer: Writer): Writer {
    const page = this.#pageFor(PRIORITIES.indexOf(priority), 1)
    return writer.resetIn(page.buffer, page.endOf(page.count))
  }

  /** Keeps what `writer` holds as the last record of the page that is returned. */
  keep(priority: Priority, seq: number, writer: ByteWriter): Page {
    const { length } = writer
    const rank = PRIORITIES.indexOf(priority)
    const open = this.#open[rank]
    if (open && writer.isIn(open.buffer)) {
      open.add(length, seq)
      return open
    }
    const page = length > LARGE_BYTES ? new Page(length, 1) : this.#pageFor(rank, length)
    writer.copyTo(page.buffer, page.endOf(page.count))
    page.add(length, seq)
    return page
  }

  #pageFor(rank: number, bytes: number): Page {
    const open = this.#open[rank]
    if (open?.hasRoomFor(bytes)) return open
    open?.close()
    const next = this.#spare.pop()?.reopen() ?? new Page(PAGE_BYTES, PAGE_RECORDS, this.#recycle)
    this.#open[rank] = next
    return next
  }
}
