import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const CODE_LIFE_MS = 15 * 60_000
const SESSION_LIFE_MS = 12 * 3_600_000
const MAX_SESSIONS = 1000
const COOKIE = 'hubline_session'

/** The dashboard's sign-in: a one-time code in a URL becomes a session cookie that can read. */
export class Sessions {
  readonly #clock: () => number
  readonly #sessions = new Map<string, number>()
  #code: { hash: Buffer; expires: number } | undefined

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** A code for one sign-in within 15 minutes; it replaces the one before. */
  newCode(): string {
    const code = randomBytes(24).toString('base64url')
    this.#code = { hash: sha256(code), expires: this.#clock() + CODE_LIFE_MS }
    return code
  }

  /** Trades the code, once, for a `Set-Cookie` value. */
  redeem(code: string): string | undefined {
    const expected = this.#code
    if (!expected || expected.expires < this.#clock()) return undefined
    if (!timingSafeEqual(expected.hash, sha256(code))) return undefined
    this.#code = undefined
    return this.open()
  }

  /** A new session as a `Set-Cookie` value. */
  open(): string {
    const id = randomBytes(32).toString('base64url')
    const oldest = this.#sessions.keys().next().value
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest)
    this.#sessions.set(key(id), this.#clock() + SESSION_LIFE_MS)
    return `${COOKIE}=${id}; Path=/; Max-Age=${SESSION_LIFE_MS / 1000}; HttpOnly; SameSite=Strict`
  }

  /** Whether a `Cookie` header carries a session that has not ended. */
  isOpen(cookies: string | undefined): boolean {
    const id = cookies && new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]+)`).exec(cookies)?.[1]
    if (!id) return false
    const expires = this.#sessions.get(key(id))
    if (expires === undefined) return false
    if (expires >= this.#clock()) return true
    this.#sessions.delete(key(id))
    return false
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Looked up by hash, so that the time of the look-up tells nothing about a valid id. */
function key(id: string): string {
  return sha256(id).toString('hex')
}
