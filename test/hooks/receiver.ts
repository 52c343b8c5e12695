import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Received<Body> {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Body
}

export interface Told {
  status: number
  body?: object
}

/** A server of somebody else's that answers as it is told, and closes with the test. */
export class Receiver<Body> {
  readonly requests: Received<Body>[] = []
  /** What it says to the last of `requests`. */
  answer: (body: Body) => Told
  readonly #server = createServer(async (request, response) => {
    const body = JSON.parse((await text(request)) || 'null') as Body
    this.requests.push({ method: request.method!, path: request.url!, headers: request.headers, body })
    const { status, body: said = {} } = this.answer(body)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  })

  constructor(answer: (body: Body) => Told) {
    this.answer = answer
  }

  static async open<Body>(answer: (body: Body) => Told): Promise<Receiver<Body>> {
    const receiver = new Receiver(answer)
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    onTestFinished(() => {
      receiver.#server.closeAllConnections()
      receiver.#server.close()
    })
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get bodies(): Body[] {
    return this.requests.map(({ body }) => body)
  }
}
