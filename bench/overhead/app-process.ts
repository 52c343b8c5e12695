import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endWithRun, nodeOn } from '../ingest/processes.ts'
import type { Framework } from './cases.ts'

const MAIN = fileURLToPath(new URL('app/main.cjs', import.meta.url))

/** An app of its own process. */
export interface BenchedApp {
  url: string
  /** Milliseconds from the beginning of the process until it listens. */
  startMs: number
  /** Seconds of CPU that all of its threads have used. */
  cpuSeconds(): number
  memoryMiB(): number
  /** The most memory it has had. */
  peakMiB(): number
  stop(): Promise<void>
}

/** Starts the app of `framework` with the variant in `file`; `nodeOptions` are for a profile. */
export async function startApp(
  core: string,
  framework: Framework,
  file: string,
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<BenchedApp> {
  const [command, ...args] = nodeOn(core)
  const child = spawn(command!, [...args, ...nodeOptions, MAIN, framework, file], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const release = endWithRun(child)
  const ended = once(child, 'exit')
  const { port, startMs } = await readyLine(child.stdout, ended)
  const proc = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  const memory = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(proc('status'))![1]) / 1024
  return {
    url: `http://127.0.0.1:${port}`,
    startMs,
    cpuSeconds: () => cpuSeconds(child.pid!),
    memoryMiB: () => memory('VmRSS'),
    peakMiB: () => memory('VmHWM'),
    async stop() {
      child.kill(nodeOptions.length > 0 ? 'SIGUSR2' : 'SIGKILL')
      await ended
      release()
    },
  }
}

/** Peers print lines of their own. */
async function readyLine(
  stdout: AsyncIterable<Buffer> & NodeJS.ReadableStream,
  ended: Promise<unknown[]>,
): Promise<{ port: number; startMs: number }> {
  let text = ''
  return new Promise((resolve, reject) => {
    ended.then(([code]) => reject(new Error(`the app ended with ${String(code)}`)), reject)
    stdout.on('data', (chunk: Buffer) => {
      text += String(chunk)
      const line = /^\{"port":.*\}$/m.exec(text)
      if (line) resolve(JSON.parse(line[0]) as { port: number; startMs: number })
    })
  })
}

/** The scheduler's own count, to the nanosecond; the ticks of `stat` are too coarse for a few requests. */
function cpuSeconds(pid: number): number {
  const tasks = `/proc/${pid}/task`
  let nanoseconds = 0
  for (const task of readdirSync(tasks)) {
    nanoseconds += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0])
  }
  return nanoseconds / 1e9
}
