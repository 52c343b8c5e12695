import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { bytesOf, MEDIA_TYPES, type Encoding, type Signal } from './messages.ts'
import type { ReadBack } from './read-back.ts'
import type { Fields } from './wire.ts'

export interface Ask {
  method?: string
  path: string
  /** A null takes a default header away. */
  headers?: Record<string, string | null>
  body?: Uint8Array
}

/** An answer, and the words for the report. */
export interface Answer {
  /** What was sent, in a line. */
  sent: string
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface TargetOptions {
  /** Sent along with every request, such as an authorization. */
  headers?: Record<string, string>
  /** Of a page that may send telemetry. */
  origin: string
  /** Bytes that are surely more than the server takes. */
  oversize: number
  /** Requests at once that should be more than it takes, and bytes of each. */
  burst: { requests: number; bytes: number }
  /** Sees what became of what was sent; undefined for a server that it cannot ask. */
  readBack?: ReadBack | undefined
}

/** Milliseconds without an answer after which the server is taken for one that does not answer. */
const PATIENCE_MS = 30_000

/** The server that is judged. */
export class Target {
  readonly url: URL
  readonly options: TargetOptions

  constructor(url: URL, options: TargetOptions) {
    this.url = url
    this.options = options
  }

  /** One request on a connection of its own. Rejects when there is no answer. */
  ask({ method = 'POST', path, headers = {}, body }: Ask): Promise<Answer> {
    const url = new URL(this.url.pathname.replace(/\/$/, '') + path, this.url)
    const all: Record<string, string | null> = {
      ...this.options.headers,
      ...(body && { 'content-length': String(body.byteLength) }),
      ...headers,
    }
    const own = Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
    )
    const sent = describe(method, url.pathname, own, body)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      let isAnswered = false
      const outgoing = send(url, { method, headers: own, agent: false, timeout: PATIENCE_MS }, (response) => {
        isAnswered = true
        const { statusCode, headers } = response
        buffer(response).then((bytes) => resolve({ sent, status: statusCode!, headers, body: bytes }), fail)
      })
      const fail = (error: Error) => reject(new Error(`${sent}: no answer: ${error.message}`))
      outgoing.once('timeout', () => outgoing.destroy(new Error(`nothing came for ${PATIENCE_MS / 1000} s`)))
      // A server may refuse a large body before it has all arrived, and then closes under the sender.
      outgoing.on('error', (error) => isAnswered || fail(error))
      outgoing.end(body)
    })
  }

  /** Sends an export request. */
  export(
    signal: Signal,
    encoding: Encoding,
    fields: Fields | Uint8Array,
    headers: Record<string, string | null> = {},
  ): Promise<Answer> {
    const body = fields instanceof Uint8Array ? fields : bytesOf(signal, encoding, fields)
    return this.ask({
      path: `/v1/${signal}`,
      headers: { 'content-type': MEDIA_TYPES[encoding], ...headers },
      body,
    })
  }
}

function describe(method: string, path: string, headers: Record<string, string>, body?: Uint8Array): string {
  const shown = Object.entries(headers)
    .filter(([name]) => name !== 'authorization' && name !== 'content-length')
    .map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path}`, ...shown, ...(body ? [`${body.byteLength} bytes`] : [])].join(', ')
}
