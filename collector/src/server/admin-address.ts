import type { Socket } from 'node:net'
import type { Need } from './access.ts'
import { HttpError } from './errors.ts'

/** What is open to all and yet no business of senders: the page, its sign-in, the description of the API. */
const OF_ADMIN = /^\/($|ui\b|api\/v1\/session$|api\/docs|openapi\.json$)/

/** An address of its own for the page, reading and administration: elsewhere only sending is left. */
export class AdminAddress {
  readonly #sockets = new WeakSet<Socket>()

  /** Says that a connection came in at this address. */
  add(socket: Socket): void {
    this.#sockets.add(socket)
  }

  /**
   * @param path of the route
   * @throws {HttpError} 404 for what is not served where the connection came in
   */
  check(socket: Socket, need: Need, path: string): void {
    const isForSenders = need === 'ingest' || need === 'any' || (need === 'open' && !OF_ADMIN.test(path))
    if (isForSenders || this.#sockets.has(socket)) return
    throw new HttpError(
      'not_found',
      'this is served at the address of HUBLINE_ADMIN_PORT, here things are only taken',
    )
  }
}
