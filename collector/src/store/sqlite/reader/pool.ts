import type { Worker } from 'node:worker_threads'
import { StoreError } from '../../store-error.ts'
import type { OpenTracesMemory } from '../open-traces.ts'
import type { StartWorker } from '../worker-file.ts'
import type { EndReading, ForgetParts, Queries, QueryName, ReaderReply, ReaderRequest } from './queries.ts'

const THREADS = 2
const MAX_WAITING = 256
/** How long a thread may go on with its query when the store closes. */
const END_GRACE_MS = 1000

interface Task {
  request: ReaderRequest
  timer: NodeJS.Timeout
  /** The thread that works on it; absent while it waits. */
  worker?: Worker
  settle: (outcome: { result: unknown } | { error: Error }) => void
}

/**
 * Threads that only read, started when first needed. A query has a deadline, waiting included; one that runs over it
 * is ended together with its thread, because SQLite cannot be interrupted from outside, and the thread is replaced.
 */
export class ReaderPool {
  readonly #startWorker: StartWorker
  readonly #data: { dataDir: string; openTraces: OpenTracesMemory }
  readonly #deadlineMs: number
  readonly #waiting: Task[] = []
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()
  readonly #ending = new Set<Promise<unknown>>()
  readonly #running = new Map<Worker, Task>()
  #closed = false

  constructor(options: {
    dataDir: string
    openTraces: OpenTracesMemory
    deadlineMs: number
    start: StartWorker
  }) {
    this.#startWorker = options.start
    this.#data = { dataDir: options.dataDir, openTraces: options.openTraces }
    this.#deadlineMs = options.deadlineMs
  }

  ask<Name extends QueryName>(
    query: Name,
    ...args: Parameters<Queries[Name]>
  ): Promise<ReturnType<Queries[Name]>> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the store is closed'))
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new StoreError('overloaded', `${MAX_WAITING} queries are waiting already`))
    }
    return new Promise((resolve, reject) => {
      const task: Task = {
        request: { query, args },
        timer: setTimeout(() => this.#expire(task), this.#deadlineMs),
        settle: (outcome) => {
          clearTimeout(task.timer)
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome.result as ReturnType<Queries[Name]>)
        },
      }
      this.#waiting.push(task)
      this.#next()
    })
  }

  /** Closes the files of parts that are gone. */
  forget(parts: string[]): void {
    for (const worker of this.#all) worker.postMessage({ forget: parts } satisfies ForgetParts)
  }

  async close(): Promise<void> {
    this.#closed = true
    const error = new StoreError('closed', 'the collector is stopping')
    for (const task of [...this.#waiting.splice(0), ...this.#running.values()]) task.settle({ error })
    this.#running.clear()
    await Promise.all([...this.#ending, ...[...this.#all].map(endThread)])
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < THREADS ? this.#start() : undefined)
      if (!worker) return
      const task = this.#waiting.shift()!
      task.worker = worker
      this.#running.set(worker, task)
      worker.postMessage(task.request)
    }
  }

  #start(): Worker {
    const worker = this.#startWorker('reader/thread', { workerData: this.#data })
    let failure = new StoreError('closed', 'the reader thread ended')
    this.#all.add(worker)
    worker.on('message', (reply: ReaderReply) => {
      const task = this.#running.get(worker)
      this.#running.delete(worker)
      this.#idle.push(worker)
      task?.settle('error' in reply ? { error: new Error(reply.error) } : reply)
      this.#next()
    })
    worker.on('error', (error) => (failure = new StoreError('closed', (error as Error).message)))
    worker.on('exit', () => {
      this.#all.delete(worker)
      const idle = this.#idle.indexOf(worker)
      if (idle >= 0) this.#idle.splice(idle, 1)
      this.#running.get(worker)?.settle({ error: failure })
      this.#running.delete(worker)
      if (!this.#closed) this.#next()
    })
    return worker
  }

  #expire(task: Task): void {
    const seconds = this.#deadlineMs / 1000
    const at = this.#waiting.indexOf(task)
    if (at >= 0) {
      this.#waiting.splice(at, 1)
      task.settle({ error: new StoreError('overloaded', `the query waited ${seconds} s for a reader`) })
      return
    }
    const worker = task.worker!
    this.#running.delete(worker)
    // Its place is free at once; it only ends when SQLite lets go.
    this.#all.delete(worker)
    const ended = worker.terminate().finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
    task.settle({ error: new StoreError('timeout', `the query took more than ${seconds} s and was ended`) })
    this.#next()
  }
}

/** A thread closes its files itself: to cut one off inside native code may take the whole process with it. */
async function endThread(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const late = setTimeout(() => void worker.terminate(), END_GRACE_MS)
  worker.postMessage({ end: true } satisfies EndReading)
  await ended
  clearTimeout(late)
}
