import type { FastifyRequest } from 'fastify'

/** Who sends a request, as far as it is known before its body is decoded. */
export interface Sender {
  /** The source that the token is bound to, else the first one that the body names: good for counting, not for trust. */
  source: string | undefined
  /** Who is held to a fair share of the ingest queue: the source, else the address. */
  key: string
}

/** @param named the source that the address names, where the body does not. */
export function senderOf(
  request: Pick<FastifyRequest, 'access' | 'ip'>,
  body: Uint8Array,
  named?: string,
): Sender {
  const source = request.access.source ?? named?.slice(0, 100) ?? peekSource(body)
  return { source, key: source === undefined ? `address ${request.ip}` : `source ${source}` }
}

/** Bytes that are looked at: the first event or resource is nearly always within. */
const PEEK_BYTES = 2048
const EVENT = /"source(?:_service|_system)?"\s*:\s*"([^"\\]{1,100})"/
const OTLP_JSON = /"service\.name"\s*,\s*"value"\s*:\s*\{\s*"stringValue"\s*:\s*"([^"\\]{1,100})"/
const OTLP_KEY = 'service.name'

/** The first source that a body of events, or `service.name` that an OTLP body, seems to name. */
export function peekSource(body: Uint8Array): string | undefined {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, PEEK_BYTES))
  const text = head.toString('utf8')
  return EVENT.exec(text)?.[1] ?? OTLP_JSON.exec(text)?.[1] ?? peekProtobuf(head)
}

/** After the key comes field 2, an AnyValue of some length, and in that field 1, a text of some length. */
function peekProtobuf(head: Buffer): string | undefined {
  const at = head.indexOf(OTLP_KEY) + OTLP_KEY.length
  if (at < OTLP_KEY.length || head[at] !== 0x12 || head[at + 2] !== 0x0a) return undefined
  const length = head[at + 3]!
  const text = head.subarray(at + 4, at + 4 + length)
  return length > 0 && length <= 100 && text.length === length ? text.toString('utf8') : undefined
}
