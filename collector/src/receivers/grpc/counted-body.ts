import type { ByteBudget } from '../../server/byte-budget.ts'
import { HttpError, retryAfter } from '../../server/errors.ts'
import { toRpcError } from './errors.ts'
import { tooMuch } from './compressions.ts'

/** Passes a request's body on, held within what all bodies may hold together while they are being received. */
export async function* countedBody(
  body: AsyncIterable<Uint8Array>,
  budget: ByteBudget,
): AsyncIterable<Uint8Array> {
  const evicted = Promise.withResolvers<never>()
  // Nobody may be waiting for the next chunk when it comes to that.
  evicted.promise.catch(() => {})
  const hold = budget.hold(() => evicted.reject(toRpcError(tooSlow())))
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), evicted.promise])
      if (done) return
      if (!hold.take(value.byteLength)) throw toRpcError(tooMuch())
      yield value
    }
  } finally {
    hold.end()
  }
}

function tooSlow(): HttpError {
  return new HttpError(
    'request_timeout',
    'the message came too slowly while others found no room; try again',
    {
      headers: retryAfter(),
    },
  )
}
