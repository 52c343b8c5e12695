import type { WriterJob } from './messages.ts'

/** Bodies below this are copied together: to hand over a buffer of its own costs more than to copy so many bytes. */
const SMALL_BYTES = 16 * 1024

/**
 * Jobs that go to the writer as one message. Small bodies become views of one buffer; all others are handed over as they
 * are.
 */
export class JobBatch {
  readonly #jobs: WriterJob[] = []
  #small = 0
  #bytes = 0

  get size(): number {
    return this.#jobs.length
  }

  /** Of all bodies. */
  get bytes(): number {
    return this.#bytes
  }

  add(job: WriterJob): void {
    this.#jobs.push(job)
    if (!('body' in job)) return
    const { byteLength } = job.body
    this.#bytes += byteLength
    if (byteLength < SMALL_BYTES) this.#small += byteLength
  }

  /** The message, and the buffers that are handed over with it; ends the use of the batch. */
  pack(): { jobs: WriterJob[]; transfer: ArrayBuffer[] } {
    const transfer: ArrayBuffer[] = []
    const together = new Uint8Array(this.#small)
    let at = 0
    for (const job of this.#jobs) {
      if (!('body' in job)) continue
      const { body } = job
      if (body.byteLength < SMALL_BYTES) {
        together.set(body, at)
        job.body = together.subarray(at, (at += body.byteLength))
      } else transfer.push(body.buffer as ArrayBuffer)
    }
    if (at > 0) transfer.push(together.buffer)
    return { jobs: this.#jobs, transfer }
  }
}
