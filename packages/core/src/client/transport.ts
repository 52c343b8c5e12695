import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { runSuppressed } from '../otel/host-api.ts'

const compress = promisify(gzip)
const COMPRESS_FROM_BYTES = 1024
const MAX_ANSWER_BYTES = 256 * 1024

export interface Outgoing {
  method: 'GET' | 'POST'
  url: string
  headers: Readonly<Record<string, string>>
  body?: Uint8Array | undefined
  gzip?: boolean
  timeoutMs: number
  signal?: AbortSignal
}

export interface Answer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** At most 256 KiB of it. */
  body: string
}

/** Sends one request; rejects when there was no answer within its deadline. */
export type Send = (request: Outgoing) => Promise<Answer>

export interface Transport {
  send: Send
  close(): Promise<void>
}

/** HTTP over kept-alive connections; undici is loaded at the first request, never at start-up. */
export function httpTransport(): Transport {
  let loading: Promise<{ undici: typeof import('undici'); agent: import('undici').Agent }> | undefined
  const load = () =>
    (loading ??= import('undici').then((undici) => ({
      undici,
      agent: new undici.Agent({ connections: 8, keepAliveTimeout: 10_000, connect: { timeout: 5000 } }),
    })))

  return {
    async send(request) {
      const { undici, agent } = await load()
      const { body, headers } = await encodeBody(request)
      const deadline = AbortSignal.timeout(request.timeoutMs)
      const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
      return runSuppressed(async () => {
        const response = await undici.request(request.url, {
          dispatcher: agent,
          method: request.method,
          headers,
          body: body ?? null,
          signal,
        })
        return {
          status: response.statusCode,
          headers: response.headers,
          body: await readBounded(response.body),
        }
      })
    },
    async close() {
      const { agent } = (await loading) ?? {}
      await agent?.destroy()
    },
  }
}

async function encodeBody({ body, gzip: wanted, headers }: Outgoing) {
  if (!wanted || !body || body.byteLength < COMPRESS_FROM_BYTES) return { body, headers }
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  return { body: packed, headers: { ...headers, 'content-encoding': 'gzip' } }
}

async function readBounded(stream: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > MAX_ANSWER_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
