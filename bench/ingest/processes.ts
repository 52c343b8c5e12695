import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadResult } from './load.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const COLLECTOR = fileURLToPath(new URL('../../collector/dist/bin.js', import.meta.url))
/** Of `/proc/<pid>/stat`, as Linux has it everywhere. */
const TICKS_A_SECOND = 100
const hasTaskset = spawnSync('taskset', ['--version']).status === 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

/** Whatever ends the run ends `child` with it, and removes `folder`; returns what undoes that. */
export function endWithRun(child: ChildProcess, folder?: string): () => void {
  const end = () => {
    child.kill('SIGKILL')
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', end)
  return () => void process.removeListener('exit', end)
}

/** What starts node on `cores`, where that can be said; on any where none are given. */
export function nodeOn(cores?: string): string[] {
  return hasTaskset && cores !== undefined ? ['taskset', '-c', cores, process.execPath] : [process.execPath]
}

export interface BenchedCollector {
  url: string
  /** Seconds of CPU that all of its threads have used. */
  cpuSeconds(): number
  /** The memory it has, in MiB. */
  rssMiB(): number
  /** The most it has had. */
  peakMiB(): number
  diskBytes(): number
  stop(): Promise<void>
}

/** A collector as a user runs it, on cores of its own where that can be said. */
export async function startCollector(cores?: string, env: NodeJS.ProcessEnv = {}): Promise<BenchedCollector> {
  const data = mkdtempSync(join(tmpdir(), 'hubline-bench-'))
  const [command, ...args] = nodeOn(cores)
  const child = spawn(command!, [...args, COLLECTOR], {
    env: { PATH: process.env['PATH'], HUBLINE_PORT: '0', HUBLINE_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const release = endWithRun(child, data)
  const line = await Promise.race([
    once(child.stdout, 'data').then(([ready]) => String(ready)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the collector ended with ${code}`))),
  ])
  const proc = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  return {
    url: /http:\/\/[^/]+/.exec(line)![0],
    cpuSeconds() {
      const fields = proc('stat').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    },
    rssMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))![1]) / 1024,
    peakMiB: () => Number(/VmHWM:\s+(\d+)/.exec(proc('status'))![1]) / 1024,
    diskBytes: () => sizeOf(data),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      release()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** One of the processes beside this file, or that of an absolute path, on `core` where that can be said and one is given. */
export function startProcess(file: string, core?: string): ChildProcess {
  const child = fork(resolve(HERE, file), { execArgv: [] })
  if (hasTaskset && core !== undefined) spawnSync('taskset', ['-a', '-c', '-p', core, String(child.pid)])
  return child
}

/** Sends what is ordered, each order by a process of its own. `begin` runs when everything is ready to go. */
export async function load(
  orders: readonly LoadOrder[],
  core: string | undefined,
  begin: () => void,
): Promise<LoadResult[]> {
  const children = orders.map(() => startProcess('load.ts', core))
  await Promise.all(children.map((child, index) => askOf(child, orders[index]!)))
  begin()
  return (await Promise.all(children.map((child) => askOf(child, { go: true })))) as LoadResult[]
}

/** The next message of a process. @throws when it ends before. */
export async function messageOf(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController()
  const { signal } = heard
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${code}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [unknown]
    return message
  } finally {
    heard.abort()
  }
}

/** Sends a process a message, and gives its answer. */
export function askOf(child: ChildProcess, message: object): Promise<unknown> {
  const answer = messageOf(child)
  child.send(message)
  return answer
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return stat?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
