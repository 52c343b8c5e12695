import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256, type Key } from '../tokens/keyring.ts'

const CODE_LIFE_MS = 15 * 60_000
const SESSION_LIFE_MS = 12 * 3_600_000
const MAX_SESSIONS = 1000
const COOKIE = 'hubline_session'
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'

interface Session {
  key: Key
  /** Milliseconds since the epoch. */
  expires: number
  end: AbortController
  /** Ends what it has open when nobody asks any more. */
  timer: NodeJS.Timeout
}

/** The dashboard's sign-in: a one-time code in a URL, or a token, becomes a session cookie that can do as much. */
export class Sessions {
  readonly #clock: () => number
  readonly #sessions = new Map<string, Session>()
  #code: { hash: Buffer; expires: number } | undefined

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** A code for one sign-in within 15 minutes, to read; it replaces the one before. */
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
    return this.open({
      token: 'sign-in link',
      scope: 'read',
      source: null,
      ended: new AbortController().signal,
    })
  }

  /** A new session for whoever holds a key, as a `Set-Cookie` value; it ends with the key. */
  open(key: Key): string {
    const id = randomBytes(32).toString('base64url')
    this.#makeRoom()
    const end = new AbortController()
    const ended = AbortSignal.any([key.ended, end.signal])
    const expires = this.#clock() + SESSION_LIFE_MS
    const name = nameOf(id)
    const timer = setTimeout(() => {
      this.#sessions.delete(name)
      end.abort()
    }, SESSION_LIFE_MS).unref()
    this.#sessions.set(name, { key: { ...key, ended }, expires, end, timer })
    return `${COOKIE}=${id}; Max-Age=${SESSION_LIFE_MS / 1000}; ${ATTRIBUTES}`
  }

  /** What the session of a `Cookie` header may do; undefined when there is none or it has ended. */
  find(cookies: string | undefined): Key | undefined {
    const name = sessionOf(cookies)
    const session = name === undefined ? undefined : this.#sessions.get(name)
    if (!session) return undefined
    if (session.expires >= this.#clock() && !session.key.ended.aborted) return session.key
    this.#end(name!, session)
    return undefined
  }

  /** Signs out: ends the session of a `Cookie` header, with all that it has open. Gives the `Set-Cookie` that removes it. */
  close(cookies: string | undefined): string {
    const name = sessionOf(cookies)
    const session = name === undefined ? undefined : this.#sessions.get(name)
    if (session) this.#end(name!, session)
    return `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`
  }

  #end(name: string, { end, timer }: Session): void {
    clearTimeout(timer)
    this.#sessions.delete(name)
    end.abort()
  }

  #makeRoom(): void {
    const oldest = this.#sessions.entries().next().value
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#end(...oldest)
  }
}

/** By which the session of a `Cookie` header is looked up: the hash of its id, as the time of a look-up may tell of it. */
function sessionOf(cookies: string | undefined): string | undefined {
  const id = cookies && new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]+)`).exec(cookies)?.[1]
  return id ? nameOf(id) : undefined
}

function nameOf(id: string): string {
  return sha256(id).toString('hex')
}
