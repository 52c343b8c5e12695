import { ByteCursor } from '../../otlp/byte-cursor.ts'

/**
 * Hashes of what spans are searched by: attributes as key and value, equal where `plainAttributes` makes them equal, and
 * the resources that have others of the attributes. 32 bits, never 0; two different ones may share a hash.
 */

const TEXT = 0x2545f491
const NUMBER = 0x6c8e9cf5
const BOOLEAN = 0x1b873593
const RESOURCE = 0x7f4a7c15

/** Field numbers of Span and of ArrayValue, and the tags of KeyValue. */
const ATTRIBUTES = 9
const VALUES = 1
const [KEY, VALUE] = [0x0a, 0x12]

const encoder = new TextEncoder()
const double = new Float64Array(1)
const words = new Int32Array(double.buffer)
const doubleBytes = new Uint8Array(double.buffer)

/** Of an attribute with this value, or with an array that has it. */
export function attributeHash(key: string, value: string | number | boolean): number {
  const bytes = encoder.encode(key)
  return valueHash(hashOf(0, bytes, 0, bytes.length), value)
}

/** Of the number of a resource. */
export function resourceHash(id: number): number {
  return mix(RESOURCE, id) >>> 0 || 1
}

/**
 * Calls back with the hash of every attribute of an encoded Span that has passed `checkMessage`. It runs for every span
 * that is stored, so it reads the bytes by hand.
 */
export function eachAttributeHash(span: Uint8Array, visit: (hash: number) => void): void {
  cursor.at = 0
  while (cursor.at < span.length) {
    const tag = cursor.varint(span)
    if (tag >>> 3 === ATTRIBUTES) {
      const length = cursor.varint(span)
      const end = cursor.at + length
      keyValue(span, end, visit)
      cursor.at = end
    } else cursor.stepOver(span, tag & 7)
  }
}

/** One span is read at a time. */
const cursor = new ByteCursor()

function keyValue(span: Uint8Array, end: number, visit: (hash: number) => void): void {
  const start = cursor.at
  let key = hashOf(0, span, 0, 0)
  while (cursor.at < end) {
    const tag = cursor.varint(span)
    if (tag === KEY) {
      const length = cursor.varint(span)
      key = hashOf(0, span, cursor.at, cursor.at + length)
      cursor.at += length
    } else cursor.stepOver(span, tag & 7)
  }
  cursor.at = start
  while (cursor.at < end) {
    const tag = cursor.varint(span)
    if (tag === VALUE) {
      const length = cursor.varint(span)
      anyValue(span, cursor.at + length, key, visit)
    } else cursor.stepOver(span, tag & 7)
  }
}

function anyValue(span: Uint8Array, end: number, key: number, visit: (hash: number) => void): void {
  while (cursor.at < end) {
    const tag = cursor.varint(span)
    switch (tag >>> 3) {
      case 1: {
        const length = cursor.varint(span)
        visit(hashOf(key ^ TEXT, span, cursor.at, cursor.at + length) >>> 0 || 1)
        cursor.at += length
        break
      }
      case 2:
        visit(valueHash(key, isNonZero(span)))
        break
      case 3:
        visit(integerHash(span, key))
        break
      case 4:
        doubleBytes.set(span.subarray(cursor.at, cursor.at + 8))
        cursor.at += 8
        visit(valueHash(key, Number.isFinite(double[0]!) ? double[0]! : String(double[0])))
        break
      case 5: {
        const length = cursor.varint(span)
        arrayValue(span, cursor.at + length, key, visit)
        break
      }
      case 7: {
        const length = cursor.varint(span)
        const bytes = Buffer.from(span.buffer, span.byteOffset + cursor.at, length)
        visit(valueHash(key, bytes.toString('base64')))
        cursor.at += length
        break
      }
      default:
        cursor.stepOver(span, tag & 7)
    }
  }
}

function arrayValue(span: Uint8Array, end: number, key: number, visit: (hash: number) => void): void {
  while (cursor.at < end) {
    const tag = cursor.varint(span)
    if (tag >>> 3 === VALUES && (tag & 7) === 2) {
      const length = cursor.varint(span)
      anyValue(span, cursor.at + length, key, visit)
    } else cursor.stepOver(span, tag & 7)
  }
}

function integerHash(span: Uint8Array, key: number): number {
  let [low, high] = [0, 0]
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = span[cursor.at++]!
    if (shift < 28) low |= (byte & 127) << shift
    else if (shift === 28) {
      low |= (byte & 127) << 28
      high = (byte & 127) >>> 4
    } else if (shift < 63) high |= (byte & 127) << (shift - 32)
    else high |= (byte & 1) << 31
    if (byte < 128) break
  }
  const value = high * 2 ** 32 + (low >>> 0)
  if (Number.isSafeInteger(value)) return valueHash(key, value)
  return valueHash(key, String((BigInt(high) << 32n) | BigInt(low >>> 0)))
}

function valueHash(key: number, value: string | number | boolean): number {
  if (typeof value === 'boolean') return mix(key ^ BOOLEAN, Number(value)) >>> 0 || 1
  if (typeof value === 'number') {
    // Zero below zero is equal to zero.
    double[0] = value === 0 ? 0 : value
    return mix(mix(key ^ NUMBER, words[0]!), words[1]!) >>> 0 || 1
  }
  const bytes = encoder.encode(value)
  return hashOf(key ^ TEXT, bytes, 0, bytes.length) >>> 0 || 1
}

function hashOf(seed: number, bytes: Uint8Array, from: number, to: number): number {
  let hash = mix(seed, to - from)
  let place = from
  for (; place + 3 < to; place += 4) {
    const word =
      bytes[place]! | (bytes[place + 1]! << 8) | (bytes[place + 2]! << 16) | (bytes[place + 3]! << 24)
    hash = mix(hash, word)
  }
  for (; place < to; place++) hash = mix(hash, bytes[place]!)
  return hash
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

/** Whether a varint, of up to 64 bits, is another number than zero. */
function isNonZero(span: Uint8Array): boolean {
  let any = 0
  for (;;) {
    const byte = span[cursor.at++]!
    any |= byte & 127
    if (byte < 128 || cursor.at >= span.length) return any !== 0
  }
}
