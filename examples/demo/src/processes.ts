import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A child process of the demo and the line that told that it is ready. */
export interface Running {
  name: string
  process: ChildProcess
  readyLine: string
}

export interface Program {
  name: string
  cwd: string
  args: string[]
  env: Record<string, string>
  /** Recognises the line on stdout that says it is ready. */
  ready: RegExp
}

const READY_WITHIN_MS = 20_000
const STOP_WITHIN_MS = 6_000

/** Starts a program with this node and waits for its ready line; rejects with what it printed when it ends first. */
export async function start({ name, cwd, args, env, ready }: Program): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: Ctrl-C reaches the demo alone, which then stops everything in order.
    detached: true,
  })
  const printed: string[] = []
  child.stderr!.on('data', (chunk: Buffer) => printed.push(chunk.toString()))
  try {
    const readyLine = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} was not ready in time`)), READY_WITHIN_MS)
      const settle = (act: () => void): void => {
        clearTimeout(timer)
        act()
      }
      createInterface({ input: child.stdout! }).on('line', (line) => {
        printed.push(`${line}\n`)
        if (ready.test(line)) settle(() => resolve(line))
      })
      child.once('error', (error) => settle(() => reject(error)))
      child.once('exit', (code) => settle(() => reject(new Error(`${name} ended with code ${code}`))))
    })
    return { name, process: child, readyLine }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${(error as Error).message}\n${printed.slice(-20).join('')}`, { cause: error })
  }
}

/** Ends a program politely, and by force when it does not go in time. */
export async function stop({ process: child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
}
