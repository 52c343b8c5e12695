import type { DescMessage } from '@bufbuild/protobuf'

import { LIMITS } from '../config/limits.ts'
import { jsonFieldsOf, type JsonField, type JsonFields } from './json-fields.ts'

const MAX_DEPTH = LIMITS.otlpLevels.value
const MAX_INT32 = 2 ** 31 - 1
const MAX_UINT32 = 2 ** 32 - 1
const MAX_UINT64 = 2n ** 64n - 1n
/** Decimal digits that a double holds exactly, and those that 64 bits may have. */
const SAFE_DIGITS = /^\d{1,15}$/
const DIGITS = /^\d{1,20}$/
const HEX = /^(?:[0-9a-fA-F]{2})+$/
/** Shorter text is copied here, where a call into the runtime would cost more. */
const SHORT_TEXT = 48

/**
 * Writes items of parsed JSON as protobuf, straight into one buffer of their request, for what exporters really send. What
 * is written in rarer ways (bytes, lists of numbers, nulls), or is wrong, it leaves to the full reader,
 * which knows the rules and says what is wrong.
 */
export class JsonEncoder {
  readonly #bytes: Buffer
  #at = 0

  /** @param size bytes of the request: in protobuf every item is shorter than in JSON. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  /** The encoded message, a view of the common buffer; undefined when it is one for the full reader. */
  encode(schema: DescMessage, value: unknown): Uint8Array | undefined {
    const start = this.#at
    if (this.#message(jsonFieldsOf(schema), value, 1) && this.#at <= this.#bytes.length) {
      return new Uint8Array(this.#bytes.buffer, start, this.#at - start)
    }
    this.#at = start
    return undefined
  }

  /** Like the others here: false when it is for the full reader. */
  #message(fields: JsonFields, value: unknown, depth: number): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > MAX_DEPTH) return false
    let exclusive = false
    for (const name in value) {
      const field = fields.get(name)
      if (field === undefined) continue
      if (field.exclusive) {
        if (exclusive) return false
        exclusive = true
      }
      if (!this.#field(field, (value as Record<string, unknown>)[name], depth)) return false
    }
    return true
  }

  #field(field: JsonField, value: unknown, depth: number): boolean {
    if (!field.isList) return this.#value(field, value, depth)
    if (!Array.isArray(value)) return false
    for (const each of value) if (!this.#value(field, each, depth)) return false
    return true
  }

  #value(field: JsonField, value: unknown, depth: number): boolean {
    switch (field.kind) {
      case 'text':
        return typeof value === 'string' && this.#text(field, value)
      case 'message':
        return this.#nested(field, value, depth)
      case 'id':
        return typeof value === 'string' && (value === '' || this.#id(field, value))
      case 'bool':
        return typeof value === 'boolean' && this.#varint(field, value ? 1 : 0)
      case 'enum':
        return this.#enum(field, field.names!.get(value) ?? value)
      case 'int32':
        return isWhole(value, MAX_INT32) && this.#varint(field, value)
      case 'int64':
        if (typeof value === 'string' && SAFE_DIGITS.test(value)) return this.#varint(field, Number(value))
        return isWhole(value, Number.MAX_SAFE_INTEGER) && this.#varint(field, value)
      case 'fixed32':
        return isWhole(value, MAX_UINT32) && this.#fixed32(field, value)
      case 'fixed64':
        return this.#fixed64(field, value)
      case 'double':
        return typeof value === 'number' && Number.isFinite(value) && this.#double(field, value)
      case 'rare':
        return false
    }
  }

  #nested(field: JsonField, value: unknown, depth: number): boolean {
    this.#number(field.tag)
    const start = ++this.#at
    if (!this.#message(field.message!, value, depth + 1)) return false
    const length = this.#at - start
    if (length >= 0x80) {
      // The length needs more room than was left for it.
      const more = lengthOfVarint(length) - 1
      this.#bytes.copyWithin(start + more, start, this.#at)
      this.#at += more
    }
    const end = this.#at
    this.#at = start - 1
    this.#number(length)
    this.#at = end
    return true
  }

  #text(field: JsonField, value: string): boolean {
    if (value === '' && !field.explicit) return true
    this.#number(field.tag)
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return true
    const length = Buffer.byteLength(value)
    this.#number(length)
    if (length <= this.#bytes.length - this.#at) this.#bytes.write(value, this.#at)
    this.#at += length
    return true
  }

  #ascii(value: string): boolean {
    const bytes = this.#bytes
    let at = this.#at + 1
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code >= 0x80) return false
      bytes[at++] = code
    }
    bytes[this.#at] = value.length
    this.#at = at
    return true
  }

  #id(field: JsonField, value: string): boolean {
    if (!HEX.test(value)) return false
    this.#number(field.tag)
    this.#number(value.length / 2)
    this.#bytes.write(value, this.#at, 'hex')
    this.#at += value.length / 2
    return true
  }

  #enum(field: JsonField, value: unknown): boolean {
    return isWhole(value, MAX_INT32) && this.#varint(field, value)
  }

  #varint(field: JsonField, value: number): boolean {
    if (value === 0 && !field.explicit) return true
    this.#number(field.tag)
    this.#number(value)
    return true
  }

  #fixed32(field: JsonField, value: number): boolean {
    if (value === 0 && !field.explicit) return true
    this.#number(field.tag)
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#at++] = value >>> shift
    return true
  }

  #fixed64(field: JsonField, value: unknown): boolean {
    if (typeof value === 'string' ? !DIGITS.test(value) : !isWhole(value, Number.MAX_SAFE_INTEGER))
      return false
    const whole = BigInt(value as string | number)
    if (whole > MAX_UINT64) return false
    if (whole === 0n && !field.explicit) return true
    this.#number(field.tag)
    if (this.#at + 8 <= this.#bytes.length) this.#bytes.writeBigUInt64LE(whole, this.#at)
    this.#at += 8
    return true
  }

  #double(field: JsonField, value: number): boolean {
    if (Object.is(value, 0) && !field.explicit) return true
    this.#number(field.tag)
    if (this.#at + 8 <= this.#bytes.length) this.#bytes.writeDoubleLE(value, this.#at)
    this.#at += 8
    return true
  }

  /** A number from 0 to 2^53 as a varint. */
  #number(value: number): void {
    let rest = value
    for (; rest > MAX_INT32; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
    this.#bytes[this.#at++] = rest
  }
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
}

function lengthOfVarint(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest >>>= 7) length++
  return length
}
