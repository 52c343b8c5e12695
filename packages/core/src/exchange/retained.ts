import type { Exchange } from './exchange.ts'

/** An error in words, with its stack, about. */
const ERROR_BYTES = 2048
/** A key with its value, besides the text in them. */
const ENTRY_BYTES = 32

/**
 * How many bytes of memory an exchange holds that has ended and waits to be sent, about: its own and those of what the
 * client and the app chose the length of. The address and the headers have one byte a character, what was captured or
 * set up to two.
 */
export function retainedBytes(exchange: Exchange, own: number): number {
  const { target, host, userAgent, baggage, traceState, errors } = exchange
  let bytes = own + target.length + exchange.method.length + exchange.correlationId.length
  for (const text of [host, userAgent, baggage, traceState]) bytes += text?.length ?? 0
  for (const said of [exchange.attributes, exchange.headersSeen, exchange.bodySeen]) {
    if (said) bytes += weigh(said)
  }
  return bytes + (errors?.length ?? 0) * ERROR_BYTES
}

function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length * 2
  if (typeof value !== 'object' || value === null) return 0
  let bytes = 0
  for (const [name, inner] of Object.entries(value)) bytes += ENTRY_BYTES + name.length * 2 + weigh(inner)
  return bytes
}
