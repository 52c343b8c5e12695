import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'

export interface Watched {
  sink: HubSink
  /** Changes a module of the program, until the program has begun to stop. */
  restart(): Promise<void>
  /** Ends the watcher and the program; resolves when both are gone. */
  stop(): Promise<void>
}

/** A program under `node --watch` that reports to a hub of its own. */
export async function startWatched(program: readonly string[]): Promise<Watched> {
  const sink = await HubSink.open()
  const folder = await mkdtemp(join(tmpdir(), 'hubline-watched-'))
  const module = join(folder, 'touched.mjs')
  const touch = (): Promise<void> => writeFile(module, `export const at = ${Math.random()}\n`)
  await touch()
  const [file, ...more] = program as [string, ...string[]]
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env
  const child = spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', file, pathToFileURL(module).href, ...more],
    {
      env: { ...env, HUB_API_URL: sink.url, HUB_SOURCE: 'watched', HUB_BATCH_TIMEOUT: '5ms' },
      stdio: 'ignore',
    },
  )
  // The watcher may hear of the module later than the program is ready.
  const restart = async (): Promise<void> => {
    const stopping = () => sink.states().some(({ payload }) => payload['state'] === 'stopping')
    while (!stopping()) {
      await touch()
      await sink.waitFor(stopping, 1000).catch(() => {})
    }
  }
  const closed = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
  }
  onTestFinished(async () => {
    await stop()
    await sink.close()
    await rm(folder, { recursive: true })
  })
  return { sink, restart, stop }
}
