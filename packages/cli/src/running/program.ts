import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import type { Ending } from './ending.ts'
import { LastLines } from './last-lines.ts'

const PASSED_ON: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']
const ASKS_TO_GO: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']
/** A terminal sends these to all that is in its foreground, the program too. */
const FROM_KEYBOARD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']
/** How long its stderr may be open after its end, when a child of its own holds it. */
const LINGER_MS = 500

export interface ProgramOptions {
  /** Whether its stderr passes through here, byte for byte, or is our own. */
  readsStderr: boolean
  /** Called once it runs. */
  onStart(pid: number): void
}

/** Runs a program with our own stdio and environment, passes signals on to it, and says how it ended. */
export async function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  { readsStderr, onStart }: ProgramOptions,
): Promise<Ending> {
  const onTerminal = [0, 1, 2].some((fd) => isatty(fd))
  let asked: NodeJS.Signals | undefined
  const passOn = (signal: NodeJS.Signals): void => {
    if (ASKS_TO_GO.includes(signal)) asked = signal
    if (!(onTerminal && FROM_KEYBOARD.includes(signal))) child.kill(signal)
  }
  // Before there is a program that a signal could leave alone.
  for (const signal of PASSED_ON) process.on(signal, passOn)
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', readsStderr ? 'pipe' : 'inherit'] })
  const last = new LastLines()
  if (child.stderr) passThrough(child.stderr, last)
  const closed = once(child, 'close').catch(() => undefined)
  try {
    if (child.pid !== undefined) onStart(child.pid)
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LINGER_MS).unref())])
    child.stderr?.destroy()
    return { code, signal, asked, stderr: last.text }
  } catch (error) {
    return {
      code: null,
      signal: null,
      failure: (error as NodeJS.ErrnoException).code ?? 'failed',
      stderr: '',
    }
  } finally {
    for (const signal of PASSED_ON) process.off(signal, passOn)
  }
}

function passThrough(stderr: Readable, last: LastLines): void {
  let isOpen = true
  process.stderr.on('error', () => {
    isOpen = false
    stderr.resume()
  })
  stderr.on('data', (chunk: Buffer) => {
    last.add(chunk)
    if (!isOpen || process.stderr.write(chunk)) return
    stderr.pause()
    process.stderr.once('drain', () => stderr.resume())
  })
}
