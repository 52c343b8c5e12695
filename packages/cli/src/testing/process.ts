import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const BIN = fileURLToPath(new URL('../bin.ts', import.meta.url))

/** The command in a process of its own, with an environment of its own; gone when the test ends. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams
  out = ''
  err = ''
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>

  constructor(args: readonly string[], env: Record<string, string> = {}, cwd?: string) {
    this.child = spawn(process.execPath, [BIN, ...args], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOME: process.env['HOME'],
        NODE_NO_WARNINGS: '1',
        ...env,
      },
      ...(cwd !== undefined && { cwd }),
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text))
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text))
    this.ended = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
    onTestFinished(async () => {
      this.child.kill('SIGKILL')
      await this.ended
    })
  }

  /** Waits until it has written what `pattern` finds; fails when it ends without. */
  async says(pattern: RegExp, where: 'out' | 'err' = 'out'): Promise<RegExpExecArray> {
    const stream = where === 'out' ? this.child.stdout : this.child.stderr
    for (;;) {
      const found = pattern.exec(this[where])
      if (found) return found
      const event = await Promise.race([once(stream, 'data'), this.ended.then(() => 'ended')])
      if (event !== 'ended') continue
      const last = pattern.exec(this[where])
      if (last) return last
      throw new Error(`ended without saying ${pattern}:\n${this.out}${this.err}`)
    }
  }
}
