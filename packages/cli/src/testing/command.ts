import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector, type Collector } from '@hubline/collector'
import { onTestFinished } from 'vitest'
import { run } from '../run.ts'

export interface Ran {
  code: number
  out: string
  err: string
}

/** Runs a command line as a script would, where nobody sees it. */
export async function hubline(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const written = { out: '', err: '' }
  const code = await run(args, {
    env,
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
  })
  return { code, ...written }
}

/** A collector on a free port with a data directory of its own, gone when the test ends. */
export async function collectorForTest(): Promise<Collector> {
  const data = await mkdtemp(join(tmpdir(), 'hubline-cli-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const collector = await startCollector({ port: 0, data, logLevel: 'error' })
  onTestFinished(() => collector.close())
  return collector
}
