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
  /** All of the request was written: nothing reads its body any more. */
  written?: boolean
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
  const http: Line = { agent: new HttpAgent(options), request: requestHttp }
  const https: Line = { agent: new HttpsAgent(options), request: requestHttps }

  return {
    async send(outgoing) {
      const packed = await encodeBody(outgoing)
      const line = outgoing.url.startsWith('https:') ? https : http
      return runSuppressed(() => exchange(line, { ...outgoing, ...packed }))
    },
    close() {
      http.agent.destroy()
      https.agent.destroy()
    },
  }
}

interface Line {
  agent: HttpAgent | HttpsAgent
  request: typeof requestHttp
}

/**
 * Sends a request and reads its answer, within its deadline.
 *
 * The deadline is a plain timer, as what joins signals is held by weak references, which outlive many collections of young objects.
 */
function exchange({ agent, request }: Line, outgoing: Outgoing): Promise<Answer> {
  const { method, url, body, headers, timeoutMs, signal } = outgoing
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const length = body ? { 'content-length': String(body.byteLength) } : {}
    const settled = (): void => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', stop)
    }
    const failed = (error: unknown): void => {
      settled()
      reject(error as Error)
      sent.destroy()
    }
    const stop = (): void => failed(signal!.reason)
    const sent = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      readBounded(response.on('error', failed), outgoing.answerMaxBytes ?? ANSWER_MAX_BYTES, (read) => {
        settled()
        const { statusCode: status, headers: answered } = response
        resolve({ status: status!, headers: answered, written: sent.writableFinished, ...read })
      })
    })
    // A receiver that does not answer must not keep a finished process alive; flush() waits by its own timer.
    const deadline = setTimeout(() => failed(new LateAnswer(timeoutMs)), timeoutMs).unref()
    signal?.addEventListener('abort', stop, { once: true })
    sent.on('socket', (socket) => socket.unref())
    sent.on('error', failed).end(body)
  })
}

/** There was no answer within the deadline of a request, or not all of it. */
class LateAnswer extends Error {
  override readonly name = 'TimeoutError'

  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs} ms`)
  }
}

async function encodeBody({ body, gzip: wanted, headers }: Outgoing) {
  if (!wanted || !body || body.byteLength < COMPRESS_FROM_BYTES) return { body, headers }
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  return { body: packed, headers: { ...headers, 'content-encoding': 'gzip' } }
}

function readBounded(
  response: IncomingMessage,
  maxBytes: number,
  done: (read: Required<Pick<Answer, 'body' | 'bytes' | 'cut'>>) => void,
): void {
  const chunks: Uint8Array[] = []
  let size = 0
  const end = (cut: boolean): void => {
    const bytes = Buffer.concat(chunks)
    done({ body: bytes.toString('utf8'), bytes, cut })
  }
  response.on('data', (chunk: Uint8Array) => {
    size += chunk.byteLength
    if (size <= maxBytes) return void chunks.push(chunk)
    end(true)
    response.destroy()
  })
  response.on('end', () => end(false))
}
