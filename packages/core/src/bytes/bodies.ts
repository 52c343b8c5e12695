/** Smaller ones are not worth being kept. */
const LEAST_BYTES = 16 * 1024
const MAX_SPARE = 8

const spare: Buffer[] = []
/** What was made here: anything else may be shared with others. */
const ours = new WeakSet<ArrayBufferLike>()

/**
 * Memory for the body of a request.
 *
 * A body lives as long as the request, which is long enough to be taken for something old: left to the garbage collector, many
 * of them would be there before it looks.
 */
export function bodyOf(bytes: number): Buffer {
  if (bytes < LEAST_BYTES) return Buffer.allocUnsafeSlow(bytes)
  const fitting = spare.findIndex(({ length }) => length >= bytes)
  const whole = fitting < 0 ? made(bytes) : spare.splice(fitting, 1)[0]!
  return whole.subarray(0, bytes)
}

/** Nobody reads `body` any more: it may become that of another request. */
export function reuseBody(body: Uint8Array): void {
  const { buffer } = body
  if (!ours.has(buffer) || spare.length >= MAX_SPARE) return
  if (spare.some((each) => each.buffer === buffer)) return
  spare.push(Buffer.from(buffer))
}

function made(bytes: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)))
  ours.add(whole.buffer)
  return whole
}
