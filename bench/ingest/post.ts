import { Agent, request } from 'node:http'

/** What a request holds: where it goes, and how its bytes are to be read. */
export interface Kind {
  path: string
  type: string
}

export const EVENTS: Kind = { path: '/api/v1/hub/events', type: 'application/x-ndjson' }
export const SPANS: Kind = { path: '/v1/traces', type: 'application/x-protobuf' }
export const SPANS_JSON: Kind = { path: '/v1/traces', type: 'application/json' }
export const LOGS: Kind = { path: '/v1/logs', type: 'application/x-protobuf' }

/** Sends requests to one collector over connections that are kept. */
export class Poster {
  readonly #url: string
  readonly #agent: Agent

  constructor(url: string, connections: number) {
    this.#url = url
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /**
   * Sends one request.
   *
   * @returns milliseconds until its acknowledgement.
   * @throws when the answer is not 200.
   */
  post({ path, type }: Kind, bytes: Uint8Array, gzip = false): Promise<number> {
    const headers = {
      'content-type': type,
      'content-length': bytes.length,
      ...(gzip && { 'content-encoding': 'gzip' }),
    }
    return new Promise((resolve, reject) => {
      const from = performance.now()
      const options = { method: 'POST', agent: this.#agent, headers }
      const sending = request(this.#url + path, options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - from)
          else reject(new Error(`${response.statusCode}: ${text}`))
        })
      })
      sending.on('error', reject).end(bytes)
    })
  }

  end(): void {
    this.#agent.destroy()
  }
}
