import { join } from 'node:path'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { inject } from 'vitest'

/** Stands in tests for that of the store: starts the thread that `threads.ts` made of the sources as they are now. */
export function startWorker(path: string, options: WorkerOptions): Worker {
  const file = join(inject('threads'), `${path}.js`)
  return new Worker(file, { ...options, execArgv: ['--disable-warning=ExperimentalWarning'] })
}
