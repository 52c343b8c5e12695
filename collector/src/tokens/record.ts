import { z } from 'zod'
import { SCOPES } from '../config/tokens.ts'

const time = z.number().int().nonnegative()

/** A token as it is kept; times are milliseconds since the epoch. */
export const tokenRecord = z.object({
  id: z.string().max(64),
  name: z.string().max(100),
  scope: z.enum(SCOPES),
  /** Null for any. */
  source: z.string().max(100).nullable(),
  created: time,
  expires: time.nullable(),
  revoked: time.nullable(),
  rotated: time.nullable(),
  /** To the minute. */
  lastUsed: time.nullable(),
  /** SHA-256 in hex; all but the newest are accepted for a while after a rotation. */
  secrets: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), until: time.nullable() })),
})
export type TokenRecord = z.infer<typeof tokenRecord>

export type TokenState = 'active' | 'expired' | 'revoked'

export function stateOf({ revoked, expires }: TokenRecord, now: number): TokenState {
  if (revoked !== null) return 'revoked'
  return expires !== null && expires <= now ? 'expired' : 'active'
}

/** Whether it will be able to administer the collector for as long as nobody revokes it. */
export function isLastingAdmin(record: TokenRecord): boolean {
  return record.scope === 'admin' && record.revoked === null && record.expires === null
}
