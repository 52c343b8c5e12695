import type { WriterJob } from './messages.ts'

/** Bodies below this are copied together: to hand over a buffer of its own costs more than to copy so many bytes. */
const SMALL_BYTES = 16 * 1024
/** What waits for the writer goes when it has so much, whatever the writer is at. */
const ENOUGH_BYTES = 64 * 1024
const ENOUGH_JOBS = 256

type Send = (jobs: WriterJob[], transfer: ArrayBuffer[]) => void

/**
 * Sends jobs to the writer, in their order and as few messages: with the first goes what comes in the same turn of the event
 * loop, and while the writer is at work what comes waits for the end of that.
 */
export class JobOutbox {
  #jobs: WriterJob[] = []
  #bytes = 0
  /** Jobs that were sent and are not answered. */
  #underWay = 0
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  add(job: WriterJob): void {
    this.#jobs.push(job)
    if ('body' in job) this.#bytes += job.body.byteLength
    if (this.#bytes >= ENOUGH_BYTES || this.#jobs.length >= ENOUGH_JOBS) this.flush()
    else if (this.#underWay === 0 && this.#jobs.length === 1) setImmediate(() => this.flush())
  }

  answered(jobs: number): void {
    this.#underWay -= jobs
    if (this.#underWay === 0) this.flush()
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#jobs.length === 0) return
    const jobs = this.#jobs
    this.#jobs = []
    this.#bytes = 0
    this.#underWay += jobs.length
    this.#send(jobs, pack(jobs))
  }

  /** Forgets everything: there is nobody to answer. */
  clear(): void {
    this.#jobs = []
    this.#bytes = 0
    this.#underWay = 0
  }
}

/** Makes small bodies views of one buffer. @returns the buffers that are handed over. */
function pack(jobs: readonly WriterJob[]): ArrayBuffer[] {
  const transfer: ArrayBuffer[] = []
  let small = 0
  for (const job of jobs) {
    if (!('body' in job)) continue
    if (job.body.byteLength < SMALL_BYTES) small += job.body.byteLength
    else transfer.push(job.body.buffer as ArrayBuffer)
  }
  if (small === 0) return transfer
  const together = new Uint8Array(small)
  let at = 0
  for (const job of jobs) {
    if (!('body' in job) || job.body.byteLength >= SMALL_BYTES) continue
    together.set(job.body, at)
    job.body = together.subarray(at, (at += job.body.byteLength))
  }
  transfer.push(together.buffer)
  return transfer
}
