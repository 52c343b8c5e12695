import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { HubStats } from '@hubline/core'
import { onTestFinished } from 'vitest'

/** An Express app in a process of its own, which reports to wherever `env` says. */
export class ReportingApp {
  readonly #process: ChildProcess
  readonly #url: string
  /** Exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>

  private constructor(child: ChildProcess, port: number) {
    this.#process = child
    this.#url = `http://127.0.0.1:${port}`
    this.exited = once(child, 'exit').then(([code]) => code as number | null)
  }

  static async start(env: Record<string, string>): Promise<ReportingApp> {
    const child = fork(new URL('peers/app.mjs', import.meta.url), {
      env: { ...process.env, ...env },
      execArgv: ['--import', new URL('peers/skewed-clock.mjs', import.meta.url).href],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new ReportingApp(child, port)
  }

  /** Makes the app do so many things, each of which is reported in so many bytes; what it answered. */
  work(times: number, bytes: number): Promise<string[]> {
    return Promise.all(
      Array.from({ length: times }, async () => {
        const response = await fetch(`${this.#url}/answers/${bytes}`)
        return `${response.status} ${await response.text()}`
      }),
    )
  }

  stats(): Promise<HubStats> {
    return this.#ask({})
  }

  /** Sets its wall clock so far ahead of ours, or behind. */
  async skew(ms: number): Promise<void> {
    await this.#ask({ skewMs: ms })
  }

  /** Ends it by force. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.exited
  }

  /** Closes the hub, then the app, whose process has nothing left to do. */
  close(withinMs: number): Promise<HubStats> {
    return this.#ask({ closeWithinMs: withinMs })
  }

  async #ask(message: object): Promise<HubStats> {
    const answer = once(this.#process, 'message')
    this.#process.send(message)
    const [{ stats }] = (await answer) as [{ stats: HubStats }]
    return stats
  }
}
