import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { childEnvironment } from './run.ts'

export interface InstalledCollector {
  /** `http://127.0.0.1:<port>` */
  url: string
  /** Sends SIGTERM and gives the exit code; null when it had to be killed. */
  stop(): Promise<number | null>
  /** Everything it wrote so far. */
  printed(): string
}

const READY_MS = 15_000
const STOP_MS = 20_000

/**
 * Starts the command that npm linked into a project, on a free port and with an empty data directory in it.
 *
 * @throws Error with what it printed, when it ends or is silent instead of saying that it is ready
 */
export async function startInstalledCollector(project: string): Promise<InstalledCollector> {
  const child = spawn(join(project, 'node_modules/.bin/hubline-collector'), [], {
    cwd: project,
    env: childEnvironment({ env: { HUBLINE_PORT: '0', HUBLINE_DATA: join(project, 'data') } }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const closed = once(child, 'close') as Promise<[number | null]>
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`hubline-collector ${why}:\n${text}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`said nothing of being ready in ${READY_MS} ms`)
    }, READY_MS)
    const hear = (chunk: Buffer): void => {
      text += String(chunk)
      const ready = /ready at (http:\/\/[\d.]+:\d+)/.exec(text)?.[1]
      if (!ready) return
      clearTimeout(timer)
      resolve(ready)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
  })
  return {
    url,
    printed: () => text,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      child.kill('SIGTERM')
      const [code] = await closed
      clearTimeout(timer)
      return code
    },
  }
}
