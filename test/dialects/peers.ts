import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { on } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'

/** A program that knows nothing of ours, in Python's standard library, spoken to in lines. */
export class Peer {
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string[], undefined>

  constructor(script: string, ...args: string[]) {
    const file = new URL(`peers/${script}`, import.meta.url).pathname
    this.process = spawn('python3', [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void this.process.kill())
    const lines = createInterface({ input: this.process.stdout })
    this.#lines = on(lines, 'line', { close: ['close'] })[Symbol.asyncIterator]()
  }

  say(line: string): void {
    this.process.stdin.write(`${line}\n`)
  }

  /** The next line that it prints. */
  async hear(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the peer has ended')
    return value[0]!
  }
}

export interface Heard {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

/** Somebody's HTTP client, in a process of its own. */
export class Client {
  readonly #peer = new Peer('client.py')
  readonly #url: string
  readonly #headers: Record<string, string>

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#url = url
    this.#headers = headers
  }

  get(path: string): Promise<Heard> {
    return this.#ask({ method: 'GET', url: this.#url + path })
  }

  post(path: string, body?: unknown): Promise<Heard> {
    return this.#ask({ method: 'POST', url: this.#url + path, ...(body !== undefined && { body }) })
  }

  delete(path: string): Promise<Heard> {
    return this.#ask({ method: 'DELETE', url: this.#url + path })
  }

  async #ask(request: object): Promise<Heard> {
    this.#peer.say(JSON.stringify({ headers: this.#headers, ...request }))
    const { status, text } = JSON.parse(await this.#peer.hear()) as { status: number; text: string }
    return { status, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
}
