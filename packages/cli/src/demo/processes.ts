import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A child process and the newest lines of what it has printed so far, on both streams. */
export interface Running {
  name: string
  process: ChildProcess
  printed: string[]
}

export interface Program {
  name: string
  cwd: string
  args: string[]
  /** Over our own; one that is undefined is left out. */
  env: Record<string, string | undefined>
  /** Recognises the line on stdout that says it is ready. */
  ready: RegExp
}

const READY_WITHIN_MS = 20_000
const STOP_WITHIN_MS = 6_000
const MOST_LINES = 500

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
  const keep = (line: string): void => {
    if (printed.push(line) > MOST_LINES) printed.shift()
  }
  createInterface({ input: child.stderr! }).on('line', keep)
  const lines = createInterface({ input: child.stdout! }).on('line', keep)
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} was not ready in time`)), READY_WITHIN_MS)
      const settle = (act: () => void): void => {
        clearTimeout(timer)
        act()
      }
      lines.on('line', (line) => ready.test(line) && settle(resolve))
      child.once('error', (error) => settle(() => reject(error)))
      child.once('exit', (code) => settle(() => reject(new Error(`${name} ended with code ${code}`))))
    })
    return { name, process: child, printed }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${(error as Error).message}\n${printed.slice(-20).join('\n')}`, { cause: error })
  }
}

/** Ends a program politely, and by force when it does not go in time. */
export async function stop({ process: child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
}
