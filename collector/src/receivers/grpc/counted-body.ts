import type { ByteBudget } from '../../server/byte-budget.ts'
import { toRpcError } from './errors.ts'
import { tooMuch } from './compressions.ts'

/** Compressed flag and length, before a message. */
const HEAD_BYTES = 5

/**
 * Passes a request's body on, held within what all bodies may hold together. A message is counted in full as soon as its
 * length is known, because the protocol's layer sets that much aside.
 */
export async function* countedBody(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  budget: ByteBudget,
): AsyncIterable<Uint8Array> {
  let held = 0
  let received = 0
  const head = new Uint8Array(HEAD_BYTES)
  try {
    for await (const chunk of body) {
      if (received < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - received), received)
      const complete = received < HEAD_BYTES && received + chunk.byteLength >= HEAD_BYTES
      received += chunk.byteLength
      const announced = complete ? Math.min(new DataView(head.buffer).getUint32(1), limit) : 0
      const more = Math.max(announced, received) - held
      if (more > 0 && !budget.take(more)) throw toRpcError(tooMuch())
      held += Math.max(0, more)
      yield chunk
    }
  } finally {
    budget.give(held)
  }
}
