import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** An example's folder, with a slash at its end. */
export const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url))

/** A program of an example in a process of its own, with an environment of its own; gone when the test ends. */
export class Program {
  out = ''
  err = ''
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>
  readonly #child

  constructor(name: string, file: string, env: Record<string, string> = {}) {
    const { PATH = '', HOME = '' } = process.env
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: example(name),
      env: { PATH, HOME, ...env },
    })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text))
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text))
    this.ended = once(this.#child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
    onTestFinished(async () => {
      this.#child.kill('SIGKILL')
      await this.ended
    })
  }

  /** Waits for a line that `pattern` finds; fails when the program ends without it. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out)
      if (found) return found
      const event = await Promise.race([once(this.#child.stdout, 'data'), this.ended.then(() => 'ended')])
      if (event === 'ended' && !pattern.test(this.out))
        throw new Error(`ended without saying ${pattern}:\n${this.out}${this.err}`)
    }
  }

  stop(): void {
    this.#child.kill('SIGTERM')
  }
}
