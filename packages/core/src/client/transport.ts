import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { runSuppressed } from '../otel/host-api.ts'

const compress = promisify(gzip)
const COMPRESS_FROM_BYTES = 1024
const ANSWER_MAX_BYTES = 256 * 1024

export interface Outgoing {
  method: 'GET' | 'POST'
  url: string
  headers: Readonly<Record<string, string>>
  body?: Uint8Array | undefined
  gzip?: boolean
  timeoutMs: number
  /** How much of the answer is read; 256 KiB unless said. */
  answerMaxBytes?: number
  signal?: AbortSignal
}

export interface Answer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** As text. */
  body: string
  /** The same as it came. */
  bytes?: Uint8Array
  /** It was longer than what is read, and its end is missing. */
  cut?: boolean
}

/** Sends one request; rejects when there was no answer within its deadline. */
export type Send = (request: Outgoing) => Promise<Answer>

export interface Transport {
  send: Send
  close(): void
}

/** HTTP over kept-alive connections of our own: what the app does to its agents is none of ours. */
export function httpTransport(): Transport {
  const options = { keepAlive: true, maxSockets: 32, scheduling: 'lifo' } as const
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  return {
    async send(outgoing) {
      const { body, headers } = await encodeBody(outgoing)
      const deadline = AbortSignal.timeout(outgoing.timeoutMs)
      const signal = outgoing.signal ? AbortSignal.any([deadline, outgoing.signal]) : deadline
      const { protocol } = new URL(outgoing.url)
      const agent = agents[protocol as keyof typeof agents]
      const request = protocol === 'https:' ? requestHttps : requestHttp
      const { method, url } = outgoing
      const length = body ? { 'content-length': String(body.byteLength) } : {}
      const response = await runSuppressed(
        () =>
          new Promise<IncomingMessage>((resolve, reject) => {
            const sent = request(url, { agent, method, headers: { ...headers, ...length }, signal }, resolve)
            // A receiver that does not answer must not keep a finished process alive; flush() waits by its own timer.
            sent.on('socket', (socket) => socket.unref())
            sent.on('error', reject).end(body)
          }),
      )
      const answered = await readBounded(response, outgoing.answerMaxBytes ?? ANSWER_MAX_BYTES)
      return { status: response.statusCode!, headers: response.headers, ...answered }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

async function encodeBody({ body, gzip: wanted, headers }: Outgoing) {
  if (!wanted || !body || body.byteLength < COMPRESS_FROM_BYTES) return { body, headers }
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  return { body: packed, headers: { ...headers, 'content-encoding': 'gzip' } }
}

async function readBounded(
  response: IncomingMessage,
  maxBytes: number,
): Promise<Required<Pick<Answer, 'body' | 'bytes' | 'cut'>>> {
  const chunks: Uint8Array[] = []
  let size = 0
  let cut = false
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    cut = size > maxBytes
    if (cut) break
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  return { body: bytes.toString('utf8'), bytes, cut }
}
