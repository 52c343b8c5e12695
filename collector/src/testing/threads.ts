import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import type { TestProject } from 'vitest/node'
import { thread } from '../../tsdown.config.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the threads. */
    threads: string
  }
}

/** Below node_modules, as what the threads load late is found from there. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))

/** Once for a run: hundreds of collectors start, and load in a third of the time what is one file. */
export default async function makeThreads(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'threads-'))
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const how = { cwd, config: false, outDir: folder, clean: false, logLevel: 'warn' } as const
  for (const name of ['writer', 'reader'] as const) await build({ ...thread(name), ...how })
  project.provide('threads', join(folder, 'store/sqlite'))
  return () => rm(folder, { recursive: true, force: true })
}
