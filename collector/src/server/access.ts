import type { IncomingHttpHeaders } from 'node:http'
import { findToken, type Scope, type Token } from '../config/tokens.ts'
import { HttpError } from './errors.ts'
import type { Sessions } from './sessions.ts'

/** What a route asks of its caller: nothing, any token at all, or a scope. */
export type Need = 'open' | 'any' | Scope

/** What a request may do. */
export interface Access {
  /** The only source it may speak for or read; null for any. */
  source: string | null
}

const ANYONE: Access = { source: null }

/** Decides what a request may do; without tokens everything, as the doors have already looked at it. */
export class AccessControl {
  readonly #tokens: readonly Token[]
  readonly #sessions: Sessions

  constructor(tokens: readonly Token[], sessions: Sessions) {
    this.#tokens = tokens
    this.#sessions = sessions
  }

  get hasTokens(): boolean {
    return this.#tokens.length > 0
  }

  /** @throws {HttpError} 401 without a valid token, 403 for one of another scope. */
  check(need: Need, headers: IncomingHttpHeaders, pathToken: string | undefined): Access {
    if (need === 'open' || this.#tokens.length === 0) return ANYONE
    if (pathToken !== undefined) return this.#checkPathToken(need, pathToken)
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return checkScope(need, this.#find(bearer))
    if (this.#sessions.isOpen(headers.cookie)) return checkScope(need, SESSION)
    throw unauthenticated('this needs a token: send "Authorization: Bearer <secret>"')
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

  #find(secret: string): Token {
    const token = findToken(this.#tokens, secret)
    if (!token) throw unauthenticated('the token is not one of HUBLINE_TOKENS')
    return token
  }
}

const SESSION: Pick<Token, 'scope' | 'source'> = { scope: 'read', source: null }

function checkScope(need: Need, { scope, source }: Pick<Token, 'scope' | 'source'>): Access {
  if (need === 'any' || scope === need || scope === 'admin') return { source }
  throw new HttpError('insufficient_permissions', `this needs the scope "${need}", the token has "${scope}"`)
}

function unauthenticated(message: string): HttpError {
  return new HttpError('unauthenticated', message, {
    headers: { 'www-authenticate': 'Bearer realm="hubline"' },
  })
}
