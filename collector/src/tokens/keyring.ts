import { createHash, timingSafeEqual } from 'node:crypto'
import type { Scope } from '../config/tokens.ts'

/** What one secret opens, for as long as it is accepted. */
export interface Key {
  /** Id of its token. */
  readonly token: string
  readonly scope: Scope
  /** The only source that it speaks for and reads; null for any. */
  readonly source: string | null
  /** Aborts when it opens nothing any more: what it has open has to end. */
  readonly ended: AbortSignal
}

/** A secret as it is kept: by its SHA-256 alone. */
export interface Lock {
  token: string
  scope: Scope
  source: string | null
  hash: Buffer
  /** Milliseconds since the epoch from which on it is not accepted; null for never. */
  until: number | null
}

interface Entry {
  lock: Lock
  key: Key
  end: AbortController
}

// The longest that a timer waits, so that a clock that jumps is noticed.
const LONGEST_WAIT_MS = 60_000

/** The secrets that are accepted now. */
export class KeyRing {
  readonly #clock: () => number
  readonly #entries = new Map<string, Entry>()
  #timer: NodeJS.Timeout | undefined

  constructor(clock: () => number) {
    this.#clock = clock
  }

  add(lock: Lock): void {
    const { token, scope, source, hash } = lock
    const end = new AbortController()
    this.#entries.set(hash.toString('hex'), { lock, end, key: { token, scope, source, ended: end.signal } })
    this.#schedule()
  }

  /** Looked up by hash and compared in constant time: how long it takes tells nothing about a secret. */
  find(secret: string): Key | undefined {
    const hash = sha256(secret)
    const entry = this.#entries.get(hash.toString('hex'))
    if (!entry || !timingSafeEqual(entry.lock.hash, hash)) return undefined
    if (!isOver(entry.lock, this.#clock())) return entry.key
    this.#end(entry)
    return undefined
  }

  /** Says from when on the secrets of a token are no longer accepted; those that end sooner stay as they are. */
  endAll(token: string, until: number): void {
    for (const entry of this.#entries.values()) {
      const { lock } = entry
      if (lock.token === token && (lock.until === null || lock.until > until)) lock.until = until
    }
    this.#sweep()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #sweep(): void {
    const now = this.#clock()
    for (const entry of this.#entries.values()) if (isOver(entry.lock, now)) this.#end(entry)
    this.#schedule()
  }

  #end({ lock, end }: Entry): void {
    this.#entries.delete(lock.hash.toString('hex'))
    end.abort()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const ends = [...this.#entries.values()].flatMap(({ lock }) => lock.until ?? [])
    if (ends.length === 0) return
    const wait = Math.min(Math.max(Math.min(...ends) - this.#clock(), 0), LONGEST_WAIT_MS)
    this.#timer = setTimeout(() => this.#sweep(), wait).unref()
  }
}

function isOver({ until }: Lock, now: number): boolean {
  return until !== null && until <= now
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
