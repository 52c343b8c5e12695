import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { lengthOf } from '../bytes/bodies.ts'
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

/** A request whose body lies in several places, and is sent from there. */
export interface Gathered extends Omit<Outgoing, 'body'> {
  parts?: readonly Uint8Array[]
}

/** Sends one request as `Send` does; when it settles, nothing reads the parts any more. */
export type SendParts = (request: Gathered) => Promise<Answer>

interface PartsTransport extends Transport {
  sendParts: SendParts
}

/** How a transport sends parts: one that is not ours gets them as one. */
export function sendPartsBy(transport: Transport | PartsTransport): SendParts {
  if ('sendParts' in transport) return transport.sendParts
  return ({ parts, ...request }) => transport.send({ ...request, body: parts && Buffer.concat(parts) })
}

/** HTTP over kept-alive connections of our own: what the app does to its agents is none of ours. */
export function httpTransport(): PartsTransport {
  // How many requests are under way at once, each delivery decides.
  const options = { keepAlive: true, scheduling: 'lifo' } as const
  const http: Line = { agent: new HttpAgent(options), request: requestHttp }
  const https: Line = { agent: new HttpsAgent(options), request: requestHttps }

  async function sendParts(gathered: Gathered): Promise<Answer> {
    const packed = await encodeBody(gathered)
    const line = gathered.url.startsWith('https:') ? https : http
    return runSuppressed(() => exchange(line, { ...gathered, ...packed }))
  }

  return {
    send: ({ body, ...request }) => sendParts(body ? { ...request, parts: [body] } : request),
    sendParts,
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
function exchange({ agent, request }: Line, outgoing: Gathered): Promise<Answer> {
  const { method, url, parts, headers, timeoutMs, signal } = outgoing
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const length = parts ? { 'content-length': String(lengthOf(parts)) } : {}
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
        const written = sent.writableFinished
        // Who has an answer before all was written wants no more of it, and it is not to be read any more.
        if (!written) sent.destroy()
        resolve({ status: status!, headers: answered, written, ...read })
      })
    })
    // A receiver that does not answer must not keep a finished process alive; flush() waits by its own timer.
    const deadline = setTimeout(() => failed(new LateAnswer(timeoutMs)), timeoutMs).unref()
    signal?.addEventListener('abort', stop, { once: true })
    sent.on('socket', (socket) => socket.unref())
    sent.on('error', failed)
    for (const part of parts ?? []) sent.write(part)
    sent.end()
  })
}

/** There was no answer within the deadline of a request, or not all of it. */
class LateAnswer extends Error {
  override readonly name = 'TimeoutError'

  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs} ms`)
  }
}

async function encodeBody({
  parts,
  gzip: wanted,
  headers,
}: Gathered): Promise<Pick<Gathered, 'parts' | 'headers'>> {
  if (!wanted || !parts || lengthOf(parts) < COMPRESS_FROM_BYTES) return { headers }
  const packed = await compress(Buffer.concat(parts), { level: constants.Z_BEST_SPEED })
  return { parts: [packed], headers: { ...headers, 'content-encoding': 'gzip' } }
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
