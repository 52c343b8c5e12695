import { execFile } from 'node:child_process'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { ensureDebian } from './debian.ts'
import { eventually } from './read-back.ts'

const run = promisify(execFile)
const PLACES = ['/usr/bin/tmux', '/usr/local/bin/tmux', '/opt/homebrew/bin/tmux']

/** How a shell waits for a command. */
export const PROMPT: RegExp = /^[#$]( |$)/m

/** A shell in a real terminal, which a test types into and looks at; gone when the test ends. */
export class Terminal {
  readonly #tmux: string
  readonly #folder: string
  readonly #socket: string

  private constructor(tmux: string, folder: string) {
    this.#tmux = tmux
    this.#folder = folder
    this.#socket = join(folder, 'socket')
  }

  /**
   * Opens one with the variables of `env`, in the system's tmux, which it installs first where it is missing.
   *
   * @throws Error when it is missing and this user may not install it
   */
  static async open(size: { columns: number; rows: number }, env: Record<string, string>): Promise<Terminal> {
    await ensureDebian(['tmux'], async () => (await installed()) !== undefined)
    const folder = await mkdtemp(join(tmpdir(), 'hubline-tmux-'))
    const terminal = new Terminal((await installed())!, folder)
    onTestFinished(() => terminal.#close())
    const variables = Object.entries({ ENV: '', ...env }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ])
    const shell = ['new-session', '-d', '-x', `${size.columns}`, '-y', `${size.rows}`, ...variables, 'sh']
    await terminal.#command(...shell)
    await terminal.#command('pipe-pane', `cat > ${terminal.#written}`)
    await terminal.shows(PROMPT)
    return terminal
  }

  /** Presses keys, by the names of tmux: `Enter`, `Escape`, `Up`, or the text itself. */
  async press(...keys: string[]): Promise<void> {
    await this.#command('send-keys', ...keys)
  }

  /** Types a command and Enter. */
  async type(command: string): Promise<void> {
    await this.#command('send-keys', '-l', command)
    await this.press('Enter')
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#command('resize-window', '-x', `${columns}`, '-y', `${rows}`)
  }

  /** The lines that are to be seen now. */
  async lines(): Promise<string[]> {
    const text = await this.#command('capture-pane', '-p')
    return text.replace(/\n$/, '').split('\n')
  }

  /** Waits until the screen is as wanted, and gives its lines. */
  async shows(wanted: RegExp, ...others: RegExp[]): Promise<string[]> {
    return eventually(async () => {
      const lines = await this.lines()
      const text = lines.join('\n')
      const missing = [wanted, ...others].find((each) => !each.test(text))
      if (missing) throw new Error(`the terminal does not show ${missing}:\n${text}`)
      return lines
    })
  }

  /** Everything that programs wrote to it so far, byte for byte. */
  written(): Promise<string> {
    return readFile(this.#written, 'utf8')
  }

  get #written(): string {
    return join(this.#folder, 'written')
  }

  async #command(...args: string[]): Promise<string> {
    const { stdout } = await run(this.#tmux, ['-f', '/dev/null', '-S', this.#socket, ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    })
    return stdout
  }

  async #close(): Promise<void> {
    await this.#command('kill-server').catch(() => undefined)
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function installed(): Promise<string | undefined> {
  for (const place of PLACES) {
    const there = await access(place).then(
      () => true,
      () => false,
    )
    if (there) return place
  }
  return undefined
}
