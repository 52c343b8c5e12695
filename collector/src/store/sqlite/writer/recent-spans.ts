/** What is remembered of a span to join it with another. */
export interface RecentSpan {
  service: number
  /** A small number of the writer's for what it calls; 0 for nothing. */
  peer: number
  minute: number
  /** Of its duration. */
  bucket: number
  failed: boolean
}

/** Service numbers from here on are too large for a slot. */
export const MAX_SERVICES: number = 2 ** 17
export const MAX_PEERS: number = 2 ** 13

const [FAILED, MARKED, TAKEN] = [1 << 9, 1 << 10, 1 << 11]
const WORDS = 4
/** Services that may have a span of the same ids. */
const SHARERS = 8

/**
 * Spans by trace and span id, in flat memory: a hash table of 16 bytes a slot. When it is half full it becomes the older one of
 * two, and what was older is forgotten; so it remembers at least `capacity` spans and at most twice as many.
 *
 * Ids are kept as 32 bits and a place, so one in many billions is mistaken for another.
 */
export class RecentSpans {
  readonly #mask: number
  readonly #capacity: number
  #newer: Uint32Array
  #older: Uint32Array | undefined
  #size = 0
  #hash = 0
  #place = 0

  /** @param capacity a power of two. */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#mask = 2 * capacity - 1
    this.#newer = new Uint32Array(2 * capacity * WORDS)
  }

  /** Whether a span of a service with these ids is remembered, or so many of others that one more is not. */
  has(traceId: Uint8Array, spanId: Uint8Array, service: number): boolean {
    this.#aim(traceId, spanId)
    return (
      this.#holds(this.#newer, service) || (this.#older !== undefined && this.#holds(this.#older, service))
    )
  }

  add(traceId: Uint8Array, spanId: Uint8Array, span: RecentSpan): void {
    if (this.#size >= this.#capacity) {
      const spare = this.#older ?? new Uint32Array(this.#newer.length)
      spare.fill(0)
      this.#older = this.#newer
      this.#newer = spare
      this.#size = 0
    }
    this.#aim(traceId, spanId)
    const table = this.#newer
    let at = this.#place
    while (table[at * WORDS + 3]! & TAKEN) at = (at + 1) & this.#mask
    table[at * WORDS] = this.#hash
    table[at * WORDS + 1] = span.service * MAX_PEERS + span.peer
    table[at * WORDS + 2] = span.minute
    table[at * WORDS + 3] = span.bucket | (span.failed ? FAILED : 0) | TAKEN
    this.#size++
  }

  /** Calls back for every span of these ids, with whether it is marked; where that answers true, it is from then on. */
  visit(
    traceId: Uint8Array,
    spanId: Uint8Array,
    visitor: (span: RecentSpan, marked: boolean) => boolean,
  ): void {
    if (this.#size === 0 && !this.#older) return
    this.#aim(traceId, spanId)
    this.#visit(this.#newer, visitor)
    if (this.#older) this.#visit(this.#older, visitor)
  }

  #visit(table: Uint32Array, visitor: (span: RecentSpan, marked: boolean) => boolean): void {
    for (let at = this.#place; table[at * WORDS + 3]! & TAKEN; at = (at + 1) & this.#mask) {
      if (table[at * WORDS] !== this.#hash) continue
      const who = table[at * WORDS + 1]!
      const rest = table[at * WORDS + 3]!
      const span = {
        service: Math.floor(who / MAX_PEERS),
        peer: who % MAX_PEERS,
        minute: table[at * WORDS + 2]!,
        bucket: rest & (FAILED - 1),
        failed: (rest & FAILED) !== 0,
      }
      if (visitor(span, (rest & MARKED) !== 0)) table[at * WORDS + 3] = rest | MARKED
    }
  }

  #holds(table: Uint32Array, service: number): boolean {
    let others = 0
    for (let at = this.#place; table[at * WORDS + 3]! & TAKEN; at = (at + 1) & this.#mask) {
      if (table[at * WORDS] !== this.#hash) continue
      if (Math.floor(table[at * WORDS + 1]! / MAX_PEERS) === service || ++others >= SHARERS) return true
    }
    return false
  }

  #aim(traceId: Uint8Array, spanId: Uint8Array): void {
    const a = word(traceId, 0) ^ Math.imul(word(traceId, 8), 0x9e3779b1)
    const b = word(traceId, 4) ^ Math.imul(word(traceId, 12), 0x85ebca6b)
    const c = word(spanId, 0)
    const d = word(spanId, 4)
    this.#hash = mixed(Math.imul(a ^ d, 0xc2b2ae35) ^ Math.imul(b ^ c, 0x27d4eb2f))
    this.#place = mixed(Math.imul(a ^ c, 0x165667b1) ^ Math.imul(b ^ d, 0x9e3779b1)) & this.#mask
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

function mixed(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b)
  return (twice ^ (twice >>> 16)) >>> 0
}
