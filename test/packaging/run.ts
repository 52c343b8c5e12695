import { spawn } from 'node:child_process'
import { dirname, delimiter } from 'node:path'

export interface RunOptions {
  cwd: string
  /** Beside the few variables that every program needs; nothing else is inherited unless `inherit` is set. */
  env?: Record<string, string> | undefined
  /** The whole environment, for a program that may need the machine's proxy or registry. */
  inherit?: boolean
  timeoutMs?: number
}

const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)

/** The environment of a child: the Node that runs the tests goes first. */
export function childEnvironment({
  env,
  inherit = false,
}: Pick<RunOptions, 'env' | 'inherit'>): NodeJS.ProcessEnv {
  const { HOME, NODE_COMPILE_CACHE } = process.env
  return { ...(inherit ? process.env : { HOME, NODE_COMPILE_CACHE }), PATH, ...env }
}

/**
 * Runs a program to its end and gives what it printed on stdout.
 *
 * @throws Error with everything it printed, when it fails or has not ended by itself in time
 */
export function run(command: string, args: string[], options: RunOptions): Promise<string> {
  const { cwd, timeoutMs = 60_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: childEnvironment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    let late = false
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const timer = setTimeout(() => (late = child.kill('SIGKILL')), timeoutMs)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) return resolve(stdout)
      const ended = late
        ? `did not end by itself in ${timeoutMs} ms: something keeps it alive`
        : `ended with ${code ?? signal}`
      reject(new Error(`${[command, ...args].join(' ')} (in ${cwd}) ${ended}\n${stdout}\n${stderr}`))
    })
  })
}

/** Runs a script with the Node that runs the tests. */
export function runNode(args: string[], options: RunOptions): Promise<string> {
  return run(process.execPath, args, options)
}
