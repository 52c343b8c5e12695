import { z } from 'zod'
import { SCOPES, type Scope } from '../config/tokens.ts'

const time = z.number().int().nonnegative()

/** A token as it is kept; times are milliseconds since the epoch. */
export interface TokenRecord {
  id: string
  name: string
  scope: Scope
  /** Null for any. */
  source: string | null
  created: number
  expires: number | null
  revoked: number | null
  rotated: number | null
  /** To the minute. */
  lastUsed: number | null
  /** SHA-256 in hex; all but the newest are accepted for a while after a rotation. */
  secrets: { hash: string; until: number | null }[]
}

export const tokenRecord: z.ZodType<TokenRecord> = z.object({
  id: z.string().max(64),
  name: z.string().max(100),
  scope: z.enum(SCOPES),
  source: z.string().max(100).nullable(),
  created: time,
  expires: time.nullable(),
  revoked: time.nullable(),
  rotated: time.nullable(),
  lastUsed: time.nullable(),
  secrets: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), until: time.nullable() })),
})

export type TokenState = 'active' | 'expired' | 'revoked'

export function stateOf({ revoked, expires }: TokenRecord, now: number): TokenState {
  if (revoked !== null) return 'revoked'
  return expires !== null && expires <= now ? 'expired' : 'active'
}

/** Whether it will be able to administer the collector for as long as nobody revokes it. */
export function isLastingAdmin(record: TokenRecord): boolean {
  return record.scope === 'admin' && record.revoked === null && record.expires === null
}
