import { sha256 } from '../tokens/keyring.ts'

export const SCOPES = ['ingest', 'read', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** One accepted secret; only its SHA-256 is kept. */
export interface Token {
  scope: Scope
  /** The source that the token is bound to; null for any. */
  source: string | null
  hash: Buffer
}

// What a Bearer header can carry (RFC 6750, b64token).
const SECRET = /^[A-Za-z0-9._~+/-]+=*$/

/**
 * Reads `scope:source:secret` entries separated by commas; the secret may contain no comma.
 *
 * @returns the tokens, or a sentence that says what is wrong without repeating a secret.
 * @example
 * parseTokens('ingest:shop:4f1c,read:*:9b2e')
 */
export function parseTokens(text: string): Token[] | string {
  const tokens: Token[] = []
  for (const [index, entry] of text.split(',').entries()) {
    const at = `entry ${index + 1}`
    const match = /^\s*([^:]*):([^:]*):(.*?)\s*$/.exec(entry)
    if (!match) return `${at} is not scope:source:secret`
    const [, scope = '', source = '', secret = ''] = match
    if (!SCOPES.includes(scope as Scope)) return `${at} has the scope "${scope}", not ${SCOPES.join(', ')}`
    if (source === '' || source.length > 100)
      return `${at} has no source of 1 to 100 characters; * means any source`
    if (!SECRET.test(secret))
      return `${at} has a secret that is empty or has characters outside A-Z a-z 0-9 . _ ~ + / - =`
    if (scope === 'admin' && source !== '*')
      return `${at} is an admin token, which holds for any source: write admin:*:secret`
    tokens.push({ scope: scope as Scope, source: source === '*' ? null : source, hash: sha256(secret) })
  }
  return tokens
}
