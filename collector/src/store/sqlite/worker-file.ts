import { extname } from 'node:path'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts the thread in `path` (relative to this folder, without extension), which is TypeScript beside the sources and
 * JavaScript beside the build.
 */
export function startWorker(path: string, options: WorkerOptions): Worker {
  const url = new URL(`./${path}${extname(import.meta.url)}`, import.meta.url)
  // node:sqlite is marked experimental below Node 24; the warning would be the collector's first output.
  return new Worker(url, { ...options, execArgv: ['--disable-warning=ExperimentalWarning'] })
}

export type StartWorker = typeof startWorker
