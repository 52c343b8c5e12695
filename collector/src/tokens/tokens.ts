import { newEventId } from '@hubline/core/wire'
import { LIMITS } from '../config/limits.ts'
import type { Scope, Token } from '../config/tokens.ts'
import { HttpError } from '../server/errors.ts'
import { KeyRing, sha256, type Key } from './keyring.ts'
import { isLastingAdmin, stateOf, type TokenRecord } from './record.ts'
import { newSecret } from './secret.ts'
import { readTokenFile, writeTokenFile } from './token-file.ts'

const MAX_TOKENS = LIMITS.tokens.value
/** Secrets of one token at once, of rotations that overlap. */
const MAX_SECRETS = 5
/** Milliseconds that a revoked token stays in the list. */
const REMEMBERED_MS = 30 * 86_400_000
const MINUTE_MS = 60_000
const SAVE_USE_EVERY_MS = 5 * MINUTE_MS

export interface NewToken {
  name: string
  scope: Scope
  source: string | null
  /** Milliseconds since the epoch; null for never. */
  expires: number | null
}

/** A token with a secret that is shown this once. */
export interface Minted {
  record: TokenRecord
  secret: string
}

export interface TokensOptions {
  dataDir: string
  /** Those of HUBLINE_TOKENS. */
  configured: readonly Token[]
  /** Milliseconds since the epoch. */
  clock: () => number
  /** Hears that times of last use could not be written. */
  onSaveError: (error: Error) => void
}

/** Id of the token at an index of HUBLINE_TOKENS. */
export function configuredId(index: number): string {
  return `configured-${index + 1}`
}

/**
 * All tokens of the collector: those that it was started with, and those that were made while it ran, which live in its
 * data directory. While there never was any, whoever passes the doors may do everything.
 *
 * What is changed here holds at once, also for what is open.
 */
export class Tokens {
  readonly #dataDir: string
  readonly #clock: () => number
  /** Those of HUBLINE_TOKENS; `configuredId` names them. */
  readonly configured: readonly Token[]
  readonly #ring: KeyRing
  #records: readonly TokenRecord[] = []
  #byId: ReadonlyMap<string, TokenRecord> = new Map()
  readonly #open = new AbortController()
  #closed: boolean
  #usedSinceSave = false
  readonly #saveUse: NodeJS.Timeout

  /** @throws {ConfigError} when the file of tokens cannot be read. */
  constructor({ dataDir, configured, clock, onSaveError }: TokensOptions) {
    const stored = readTokenFile(dataDir)
    this.#dataDir = dataDir
    this.#clock = clock
    this.configured = configured
    this.#keep(stored ?? [])
    this.#closed = configured.length > 0 || stored !== undefined
    this.#ring = new KeyRing(clock)
    for (const [index, { scope, source, hash }] of configured.entries()) {
      this.#ring.add({ token: configuredId(index), scope, source, hash, until: null })
    }
    for (const record of this.#records) this.#admit(record)
    this.#saveUse = setInterval(() => this.#flush(onSaveError), SAVE_USE_EVERY_MS).unref()
  }

  /** Whether a request needs a token. Once it does it always will, also when all of them are revoked. */
  get closed(): boolean {
    return this.#closed
  }

  /** Ends when requests begin to need a token. */
  get open(): AbortSignal {
    return this.#open.signal
  }

  find(secret: string): Key | undefined {
    const key = this.#ring.find(secret)
    const record = key && this.#byId.get(key.token)
    const minute = Math.floor(this.#clock() / MINUTE_MS) * MINUTE_MS
    if (record && record.lastUsed !== minute) {
      record.lastUsed = minute
      this.#usedSinceSave = true
    }
    return key
  }

  /** Those that are stored, oldest first. */
  get stored(): readonly TokenRecord[] {
    return this.#records
  }

  /** @throws {HttpError} 409 when the name is taken, there are too many, or a first token would lock everybody out. */
  create({ name, scope, source, expires }: NewToken): Minted {
    const now = this.#clock()
    if (expires !== null && expires <= now) {
      throw new HttpError('validation_failed', 'expires must lie ahead', {
        details: { errors: { expires: ['must lie ahead'] } },
      })
    }
    const others = this.#remembered(now)
    if (!this.#closed && (scope !== 'admin' || expires !== null)) {
      throw new HttpError(
        'conflict',
        'the first token must have the scope "admin" and no expiry: from then on every request needs a token, and only an admin can make more of them',
      )
    }
    if (others.some((other) => other.name === name && stateOf(other, now) === 'active')) {
      throw new HttpError(
        'conflict',
        `there is an active token "${name}" already; rotate it, or choose another name`,
      )
    }
    if (others.length >= MAX_TOKENS) {
      throw new HttpError('conflict', `there are ${MAX_TOKENS} tokens already; revoke some that nobody uses`)
    }
    const secret = newSecret()
    const hash = sha256(secret).toString('hex')
    const record: TokenRecord = {
      id: newEventId(),
      name,
      scope,
      source,
      created: now,
      expires,
      revoked: null,
      rotated: null,
      lastUsed: null,
      secrets: [{ hash, until: null }],
    }
    this.#save([...others, record])
    this.#admit(record)
    this.#closed = true
    this.#open.abort()
    return { record, secret }
  }

  /**
   * Gives a token a new secret.
   *
   * @param overlapMs how long the old one is accepted beside it; 0 ends it now
   * @throws {HttpError} 404, 409 for a token that is not active or is rotated too often
   */
  rotate(id: string, overlapMs: number): Minted {
    const now = this.#clock()
    const before = this.#active(id, now)
    const secret = newSecret()
    const hash = sha256(secret).toString('hex')
    const until = now + overlapMs
    const old = before.secrets
      .map((each) => ({ ...each, until: Math.min(each.until ?? until, until) }))
      .filter((each) => each.until > now)
    if (old.length >= MAX_SECRETS) {
      throw new HttpError(
        'conflict',
        `"${before.name}" has ${MAX_SECRETS} secrets that are still accepted; rotate it with an overlap of 0s to end them`,
      )
    }
    const record = { ...before, rotated: now, secrets: [...old, { hash, until: null }] }
    this.#save(this.#records.map((each) => (each.id === id ? record : each)))
    this.#ring.endAll(id, until)
    this.#admitSecret(record, { hash, until: null })
    return { record, secret }
  }

  /** @throws {HttpError} 404; 409 for one that is revoked already, or the last that could administer this collector */
  revoke(id: string): TokenRecord {
    const now = this.#clock()
    const before = this.#stored(id)
    if (before.revoked !== null) throw new HttpError('conflict', `"${before.name}" is revoked already`)
    const isAdmin = (each: TokenRecord) => each.id !== id && isLastingAdmin(each)
    const others = this.configured.some(({ scope }) => scope === 'admin') || this.#records.some(isAdmin)
    if (isLastingAdmin(before) && !others) {
      throw new HttpError(
        'conflict',
        `"${before.name}" is the last admin token without expiry, and nobody could make another; create one first, or rotate this one with an overlap of 0s`,
      )
    }
    const record = { ...before, revoked: now, secrets: [] }
    this.#ring.endAll(id, now)
    this.#save(this.#records.map((each) => (each.id === id ? record : each)))
    return record
  }

  /** Writes what is not written yet. */
  close(): void {
    clearInterval(this.#saveUse)
    this.#ring.close()
    this.#flush(() => {})
  }

  #stored(id: string): TokenRecord {
    const record = this.#byId.get(id)
    if (record) return record
    const configured = this.configured.some((_token, index) => configuredId(index) === id)
    if (!configured) throw new HttpError('not_found', `there is no token with the id "${id.slice(0, 64)}"`)
    throw new HttpError(
      'conflict',
      'this token is set by HUBLINE_TOKENS: change it there and start the collector again',
    )
  }

  #active(id: string, now: number): TokenRecord {
    const record = this.#stored(id)
    const state = stateOf(record, now)
    if (state === 'active') return record
    throw new HttpError('conflict', `"${record.name}" is ${state}; create a new token`)
  }

  #remembered(now: number): TokenRecord[] {
    return this.#records.filter(({ revoked, expires }) => {
      const ended = revoked ?? expires
      return ended === null || ended > now - REMEMBERED_MS
    })
  }

  #admit(record: TokenRecord): void {
    for (const secret of record.secrets) this.#admitSecret(record, secret)
  }

  #admitSecret(
    { id, scope, source, expires }: TokenRecord,
    { hash, until }: TokenRecord['secrets'][number],
  ): void {
    const ends = [until, expires].filter((time) => time !== null)
    this.#ring.add({
      token: id,
      scope,
      source,
      hash: Buffer.from(hash, 'hex'),
      until: ends.length > 0 ? Math.min(...ends) : null,
    })
  }

  #save(records: readonly TokenRecord[]): void {
    try {
      writeTokenFile(this.#dataDir, records)
    } catch (error) {
      throw new HttpError(
        'storage_unavailable',
        `the tokens could not be written: ${(error as Error).message}`,
      )
    }
    this.#keep(records)
    this.#usedSinceSave = false
  }

  #keep(records: readonly TokenRecord[]): void {
    this.#records = records
    this.#byId = new Map(records.map((record) => [record.id, record]))
  }

  #flush(onError: (error: Error) => void): void {
    if (!this.#usedSinceSave) return
    try {
      this.#save(this.#records)
    } catch (error) {
      onError(error as Error)
    }
  }
}
