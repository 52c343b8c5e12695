const HEX = /^(?:[0-9a-fA-F]{2})*$/

/** Whether every byte is zero, which W3C trace context calls an invalid id; so is an empty one. */
export function isZero(id: Uint8Array): boolean {
  for (let i = 0; i < id.length; i++) if (id[i] !== 0) return false
  return true
}

/** Lower-case hex. */
export function toHex(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex')
}

/**
 * An id that must be there.
 *
 * @throws Error when its length is another than `length` bytes, or it is all zero.
 */
export function requiredId(id: Uint8Array, length: number, field: string): Uint8Array {
  checkLength(id, length, field)
  if (isZero(id)) throw new Error(`${field} is all zero`)
  return id
}

/**
 * An id that may be missing: empty and all zero both mean so.
 *
 * @throws Error when it has another length than `length` bytes.
 */
export function optionalId(id: Uint8Array, length: number, field: string): Uint8Array | null {
  if (id.length === 0) return null
  checkLength(id, length, field)
  return isZero(id) ? null : id
}

function checkLength(id: Uint8Array, length: number, field: string): void {
  if (id.length === length) return
  throw new Error(
    id.length === 0 ? `${field} is missing` : `${field} is ${id.length} bytes long, not ${length}`,
  )
}

/** OTLP's JSON writes these in hex where protobuf's JSON has base64. */
const ID_FIELDS = ['traceId', 'spanId', 'parentSpanId', 'trace_id', 'span_id', 'parent_span_id']

/**
 * Rewrites the ids of a parsed JSON object from hex to base64, in place, so that protobuf's own JSON rules apply.
 *
 * @throws Error when an id is a string but not hex.
 */
export function hexIdsToBase64(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const fields = value as Record<string, unknown>
  for (const name of ID_FIELDS) {
    const id = fields[name]
    if (typeof id !== 'string' || id === '') continue
    if (!HEX.test(id)) throw new Error(`${name} is not hexadecimal: ${JSON.stringify(id.slice(0, 40))}`)
    fields[name] = Buffer.from(id, 'hex').toString('base64')
  }
}

/** The other way, in place. */
export function base64IdsToHex(value: unknown): void {
  const fields = value as Record<string, unknown>
  for (const name of ID_FIELDS) {
    const id = fields[name]
    if (typeof id === 'string') fields[name] = Buffer.from(id, 'base64').toString('hex')
  }
}
