import type { IncomingHttpHeaders } from 'node:http'
import type { Scope } from '../config/tokens.ts'
import type { Key } from '../tokens/keyring.ts'
import { isMistyped } from '../tokens/secret.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { HttpError } from './errors.ts'
import type { Sessions } from './sessions.ts'

/** What a route asks of its caller: nothing, any token at all, or a scope. */
export type Need = 'open' | 'any' | Scope

/** What a request may do. */
export type Access = Key

const NEVER = new AbortController().signal
/** Who asks for what is open to all. */
const ANYBODY: Access = { token: 'anybody', scope: 'read', source: null, ended: NEVER }

/** Decides what a request may do; while there are no tokens everything, as the doors have already looked at it. */
export class AccessControl {
  readonly #tokens: Tokens
  readonly #sessions: Sessions
  readonly #local: Access

  constructor(tokens: Tokens, sessions: Sessions) {
    this.#tokens = tokens
    this.#sessions = sessions
    this.#local = { token: 'local', scope: 'admin', source: null, ended: tokens.open }
  }

  /** Whether requests need a token; this can begin while the collector runs. */
  get hasTokens(): boolean {
    return this.#tokens.closed
  }

  /** @throws {HttpError} 401 without a valid token, 403 for one of another scope. */
  check(need: Need, headers: IncomingHttpHeaders, pathToken: string | undefined): Access {
    if (!this.#tokens.closed) return this.#local
    if (need === 'open') return ANYBODY
    if (pathToken !== undefined) return this.#checkPathToken(need, pathToken)
    const bearer = bearerOf(headers.authorization)
    if (bearer !== undefined) return checkScope(need, this.#find(bearer))
    const session = this.#sessions.find(headers.cookie)
    if (session) return checkScope(need, session)
    throw unauthenticated('this needs a token: send "Authorization: Bearer <secret>"')
  }

  /** Whether whoever asks for what is open to all may read everything: what others sent, and how much, is told to nobody else. */
  readsAll({ authorization, cookie }: IncomingHttpHeaders): boolean {
    if (!this.#tokens.closed) return true
    const secret = bearerOf(authorization)
    const key = secret === undefined ? this.#sessions.find(cookie) : this.#tokens.find(secret)
    return key !== undefined && key.scope !== 'ingest' && key.source === null
  }

  /** A token in a URL can leak through logs and referrers, so it opens ingest alone, whatever its scope. */
  #checkPathToken(need: Need, secret: string): Access {
    const token = this.#find(secret)
    if (need !== 'ingest' && need !== 'any') {
      throw new HttpError(
        'insufficient_permissions',
        'a token in the path is good for sending only; read with an Authorization header',
      )
    }
    return checkScope(need, token)
  }

  #find(secret: string): Key {
    const key = this.#tokens.find(secret)
    if (key) return key
    const why = isMistyped(secret)
      ? 'is mistyped or cut: its checksum is wrong'
      : 'is not known here, or not any more'
    throw unauthenticated(`the token ${why}`)
  }
}

/**
 * To be asked again after a wait, such as that for a body: a token may have been revoked meanwhile.
 *
 * @throws {HttpError} 401
 */
export function checkStillHolds({ ended }: Access): void {
  if (ended.aborted) throw unauthenticated('the token was revoked or has expired')
}

/** What the hub's clients call it. */
const HUB_SCOPES: Partial<Record<Scope, string>> = { ingest: 'hub:write', read: 'hub:read' }

function checkScope(need: Need, key: Key): Access {
  if (need === 'open' || need === 'any' || key.scope === need || key.scope === 'admin') return key
  throw new HttpError(
    'insufficient_permissions',
    `this needs the scope ${named(need)}, the token has ${named(key.scope)}`,
  )
}

function named(scope: Scope): string {
  const hub = HUB_SCOPES[scope]
  return hub === undefined ? `"${scope}"` : `"${scope}" (${hub})`
}

function bearerOf(authorization = ''): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

function unauthenticated(message: string): HttpError {
  return new HttpError('unauthenticated', message, {
    headers: { 'www-authenticate': 'Bearer realm="hubline"' },
  })
}
