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

/** Whatever ends the run ends `child` with it; returns what undoes that. */
export function endWithRun(child: ChildProcess): () => void {
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  return () => void process.removeListener('exit', end)
}

/** What starts node on `cores`, where that can be said. */
export function nodeOn(cores: string): string[] {
  return hasTaskset ? ['taskset', '-c', cores, process.execPath] : [process.execPath]
}

export interface BenchedCollector {
  url: string
  /** Seconds of CPU that all of its threads have used. */
  cpuSeconds(): number
  /** The most memory it has had, in MiB. */
  peakMiB(): number
  diskBytes(): number
  stop(): Promise<void>
}

/** A collector as a user runs it, on cores of its own where that can be said. */
export async function startCollector(cores: string, env: NodeJS.ProcessEnv = {}): Promise<BenchedCollector> {
  const data = mkdtempSync(join(tmpdir(), 'hubline-bench-'))
  const [command, ...args] = nodeOn(cores)
  const child = spawn(command!, [...args, COLLECTOR], {
    env: { PATH: process.env['PATH'], HUBLINE_PORT: '0', HUBLINE_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const release = endWithRun(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const proc = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  return {
    url: /http:\/\/[^/]+/.exec(String(line))![0],
    cpuSeconds() {
      const fields = proc('stat').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    },
    peakMiB: () => Number(/VmHWM:\s+(\d+)/.exec(proc('status'))![1]) / 1024,
    diskBytes: () => sizeOf(data),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      release()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** One of the processes beside this file, or that of an absolute path, on `core` where that can be said. */
export function startProcess(file: string, core: string): ChildProcess {
  const child = fork(resolve(HERE, file), { execArgv: [] })
  if (hasTaskset) spawnSync('taskset', ['-a', '-c', '-p', core, String(child.pid)])
  return child
}

/** Sends what is ordered, and says what came of it. `begin` runs when everything is ready to go. */
export async function load(order: LoadOrder, core: string, begin: () => void): Promise<LoadResult> {
  const child = startProcess('load.ts', core)
  child.send(order)
  await messageOf(child)
  begin()
  child.send({ go: true })
  return (await messageOf(child)) as LoadResult
}

export async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the bench ended with ${code}`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
  ended.catch(() => undefined)
  return message
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return stat?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
