import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { constants, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { LIMITS } from '../config/limits.ts'
import type { ByteBudget } from './byte-budget.ts'
import { HttpError, retryAfter } from './errors.ts'

export const ENCODINGS = ['gzip', 'deflate', 'zstd'] as const

/**
 * Reads a request's body, decompressed, into memory that it owns alone (so that it can be transferred to a thread).
 *
 * @param limit bytes, which hold for what arrives and, counted while it is inflated, for what becomes of it.
 * @param budget what all bodies that are being read may hold together.
 * @throws {HttpError} 413 over the limit, 503 over the budget, 408 for a body that is slow while others find no room, 415 for an unknown encoding, 400 for a body that ends early or is broken.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  budget: ByteBudget,
): Promise<Uint8Array> {
  const inflate = decompressor(request.headers['content-encoding'])
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  let bytes = 0
  const evicted = Promise.withResolvers<never>()
  const reading: Reading = {
    refuse(chunk) {
      if (bytes + chunk.byteLength > limit) return tooLarge(limit)
      if (!hold.take(chunk.byteLength)) return tooMany()
      bytes += chunk.byteLength
      return undefined
    },
    evicted: evicted.promise,
  }
  const hold = budget.hold(() => evicted.reject(tooSlow()))
  try {
    return joined(await (inflate ? inflated(request, inflate, limit, reading) : collected(request, reading)))
  } finally {
    hold.end()
  }
}

interface Reading {
  /** Why a chunk of the body is not taken. */
  refuse(chunk: Uint8Array): HttpError | undefined
  /** Rejects when the body has to make room for others. */
  evicted: Promise<never>
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

function decompressor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'zstd':
      // The window is memory that the sender chooses: 8 MiB is what the format asks decoders to support.
      return createZstdDecompress({
        params: { [constants.ZSTD_d_windowLogMax]: Math.log2(LIMITS.zstdWindowBytes.value) },
      })
    default:
      throw new HttpError(
        'unsupported_encoding',
        `content-encoding "${encoding}" is not understood; send ${ENCODINGS.join(', ')} or none`,
        { headers: { 'accept-encoding': ENCODINGS.join(', ') } },
      )
  }
}

/** Settles once with all chunks, or with an error; what still arrives after that is left to the HTTP server. */
function collected(request: IncomingMessage, { refuse, evicted }: Reading): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    const stop = (error: HttpError) => {
      request.removeAllListeners('data').pause()
      chunks.length = 0
      reject(error)
    }
    evicted.catch(stop)
    request.on('data', (chunk: Buffer) => {
      const refusal = refuse(chunk)
      if (refusal) stop(refusal)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks))
    request.once('aborted', () => stop(cutShort()))
    request.once('error', () => stop(cutShort()))
  })
}

function inflated(
  request: IncomingMessage,
  inflate: Transform,
  limit: number,
  { refuse, evicted }: Reading,
): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let received = 0
    const stop = (error: HttpError) => {
      request.unpipe(inflate)
      request.removeListener('data', count)
      inflate.destroy()
      chunks.length = 0
      reject(error)
    }
    evicted.catch(stop)
    const count = (chunk: Buffer) => {
      received += chunk.byteLength
      if (received > limit) stop(tooLarge(limit))
    }
    inflate.on('data', (chunk: Buffer) => {
      const refusal = refuse(chunk)
      if (refusal) stop(refusal)
      else chunks.push(chunk)
    })
    inflate.once('end', () => resolve(chunks))
    inflate.on('error', (error) => {
      const { message } = error
      stop(
        new HttpError(
          'invalid_encoding',
          `the body is not valid ${request.headers['content-encoding']}: ${message}`,
        ),
      )
    })
    request.once('aborted', () => stop(cutShort()))
    request.once('error', () => stop(cutShort()))
    request.on('data', count)
    request.pipe(inflate)
  })
}

function tooLarge(limit: number): HttpError {
  return new HttpError(
    'body_too_large',
    `the body is larger than ${limit} bytes, which also holds after decompression; send smaller batches`,
  )
}

function tooMany(): HttpError {
  return new HttpError('overloaded', 'too much is being received at once; try again shortly', {
    headers: retryAfter(),
  })
}

function tooSlow(): HttpError {
  return new HttpError('request_timeout', 'the body came too slowly while others found no room; try again', {
    headers: { connection: 'close', ...retryAfter() },
  })
}

function cutShort(): HttpError {
  return new HttpError('bad_request', 'the body ended before its announced length')
}
