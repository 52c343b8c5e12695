import { CommandError, EXIT } from '../command-error.ts'
import type { ShownEvent } from '../event-line.ts'
import { follow } from '../follow.ts'
import { ask, type Connection } from '../hub-client.ts'
import type { Terminal } from '../terminal.ts'
import { showApp } from './app.ts'
import { Board } from './board.ts'
import { Polling } from './polling.ts'
import { Session } from './session.ts'
import { VIEWS } from './views.ts'

const LOOKS_PER_SECOND = 4
/** Events of before that the feed begins with. */
const BEFORE = 100

/** Shows everything until somebody quits. A server that is only an event bus shows that. */
export async function startTop(connection: Connection, { env }: Terminal): Promise<void> {
  const isWhole = await isHubline(connection)
  const board = new Board()
  const views = isWhole ? VIEWS : VIEWS.filter(({ name }) => name === 'bus')
  const polling = new Polling(connection, board, isWhole ? ['services'] : ['bus'])
  const end = new AbortController()
  const session = new Session({ board, connection, views, polling, quit: () => app.quit() })
  const app = showApp({ board, session, connection, env })
  const looking = setInterval(() => board.look(LOOKS_PER_SECOND), 1000 / LOOKS_PER_SECOND)
  polling.start()
  const following = isWhole ? followFeed(connection, board, end.signal) : Promise.resolve()
  try {
    // Only what can never be mended ends it: a token that may not read, say.
    await Promise.race([app.ended, following.then(() => app.ended)])
  } finally {
    app.quit()
    end.abort()
    clearInterval(looking)
    polling.stop()
  }
}

/** @throws {CommandError} when neither a collector nor a bus answers */
async function isHubline(connection: Connection): Promise<boolean> {
  try {
    await ask(connection, 'GET', '/api/v1/services')
    return true
  } catch (error) {
    const { exitCode } = error as CommandError
    if (exitCode === EXIT.unreachable || exitCode === EXIT.denied) throw error
    await ask(connection, 'GET', '/api/v1/messagebus/status').catch(() => {
      throw error
    })
    return false
  }
}

async function followFeed(connection: Connection, board: Board, signal: AbortSignal): Promise<void> {
  const tell = (stream: Board['stream']): void => {
    board.stream = stream
    board.change()
  }
  const path = `/api/v1/hub/events?order=desc&limit=${BEFORE}`
  const { data } = await ask<{ data: (ShownEvent & { cursor: string })[] }>(connection, 'GET', path)
  board.feed.begin(data.toReversed())
  tell('live')
  const events = follow(connection, new URLSearchParams(data[0] && { cursor: data[0].cursor }), {
    lost: () => tell('lost'),
    again: () => tell('live'),
    signal,
  })
  for await (const json of events) board.feed.add(json)
}
