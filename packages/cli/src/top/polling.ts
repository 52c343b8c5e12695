import { CommandError } from '../command-error.ts'
import { ask, type Connection } from '../hub-client.ts'
import type { ErrorGroup } from '../rows/errors.ts'
import type { ServiceRow } from '../rows/services.ts'
import type { TraceSummary } from '../rows/traces.ts'
import type { Board } from './board.ts'
import { readBus } from './bus.ts'

const EVERY_MS = 2000
/** Items of a page that are read. */
const MOST = 200

type Read = (connection: Connection, board: Board) => Promise<void>

const READS: Record<string, Read> = {
  async services(connection, board) {
    const { services } = await ask<{ services: readonly ServiceRow[] }>(connection, 'GET', '/api/v1/fleet')
    board.services = services
  },
  async errors(connection, board) {
    board.errors = await dataOf<ErrorGroup>(connection, `/api/v1/errors?state=open,regressed&limit=${MOST}`)
  },
  async traces(connection, board) {
    board.traces = await dataOf<TraceSummary>(connection, `/api/v1/traces?limit=${MOST}`)
  },
  async bus(connection, board) {
    board.bus = await readBus(connection)
  },
}

/** Reads again and again what is looked at, and the services, which the head tells of. One question of each is under way at most. */
export class Polling {
  readonly #connection: Connection
  readonly #board: Board
  readonly #underway = new Set<string>()
  readonly #always: readonly string[]
  #wanted = 'services'
  #timer: NodeJS.Timeout | undefined

  constructor(connection: Connection, board: Board, always: readonly string[]) {
    this.#connection = connection
    this.#board = board
    this.#always = always
  }

  start(): void {
    this.#timer = setInterval(() => this.#readAll(), EVERY_MS)
    this.#readAll()
  }

  /** What is looked at from now on, by the name of its view. */
  want(name: string): void {
    this.#wanted = name
    this.#readAll()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #readAll(): void {
    for (const name of new Set([...this.#always, this.#wanted])) void this.#read(name)
  }

  async #read(name: string): Promise<void> {
    const read = READS[name]
    if (!read || this.#underway.has(name)) return
    this.#underway.add(name)
    try {
      await read(this.#connection, this.#board)
      this.#board.problems.delete(name)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.#board.problems.set(name, error.message)
    } finally {
      this.#underway.delete(name)
      this.#board.change()
    }
  }
}

async function dataOf<Item>(connection: Connection, path: string): Promise<readonly Item[]> {
  return (await ask<{ data: readonly Item[] }>(connection, 'GET', path)).data
}
