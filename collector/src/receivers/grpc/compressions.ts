import type { Transform } from 'node:stream'
import { promisify } from 'node:util'
import {
  constants,
  createGunzip,
  createInflate,
  createZstdDecompress,
  deflate,
  gzip,
  zstdCompress,
} from 'node:zlib'
import type { Compression } from '@connectrpc/connect/protocol'
import type { ByteBudget } from '../../server/byte-budget.ts'
import { HttpError, retryAfter } from '../../server/errors.ts'
import { toRpcError } from './errors.ts'

/** gRPC compresses messages, not bodies. Bytes are counted as they are inflated, for the message and for `budget`. */
export function compressions(budget: ByteBudget): Compression[] {
  return [
    { name: 'gzip', compress: promisify(gzip), decompress: inflateWith('gzip', createGunzip, budget) },
    {
      name: 'deflate',
      compress: promisify(deflate),
      decompress: inflateWith('deflate', createInflate, budget),
    },
    { name: 'zstd', compress: promisify(zstdCompress), decompress: inflateWith('zstd', zstd, budget) },
  ]
}

/** The window is memory that the sender chooses: 8 MiB is what the format asks decoders to support. */
const zstd = (): Transform => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } })

function inflateWith(name: string, create: () => Transform, budget: ByteBudget): Compression['decompress'] {
  return async function decompress(bytes, limit) {
    let held = 0
    const inflate = create()
    const chunks: Buffer[] = []
    try {
      inflate.end(bytes)
      for await (const chunk of inflate as AsyncIterable<Buffer>) {
        if (held + chunk.byteLength > limit) throw tooLarge(limit)
        if (!budget.take(chunk.byteLength)) throw tooMuch()
        held += chunk.byteLength
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } catch (error) {
      if (error instanceof HttpError) throw toRpcError(error)
      const message = `the message is not valid ${name}: ${(error as Error).message}`
      throw toRpcError(new HttpError('invalid_encoding', message))
    } finally {
      inflate.destroy()
      budget.give(held)
    }
  }
}

function tooLarge(limit: number): HttpError {
  return new HttpError(
    'body_too_large',
    `the message is larger than ${limit} bytes, which also holds after decompression; send smaller batches`,
  )
}

/** What is being received is more than the collector holds for all senders together. */
export function tooMuch(): HttpError {
  return new HttpError('overloaded', 'too much is being received at once; try again shortly', {
    headers: retryAfter(),
  })
}
