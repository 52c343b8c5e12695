import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { SCOPES, type Token } from '../config/tokens.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { stateOf, type TokenRecord } from '../tokens/record.ts'
import { configuredId, type Minted } from '../tokens/tokens.ts'
import { hasNoBody, readJson } from './json-body.ts'
import { duration, required, text, time } from './parameters.ts'

const HOUR_MS = 3_600_000
const MAX_OVERLAP_MS = 30 * 86_400_000

const timeOrNull = z.string().nullable()
const token = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(SCOPES),
  source: z.string().describe('The source that it is bound to; * for any.'),
  state: z.enum(['active', 'expired', 'revoked']),
  origin: z.enum(['stored', 'configured']).describe('Configured ones are those of HUBLINE_TOKENS.'),
  created_at: timeOrNull,
  last_used_at: timeOrNull.describe('To the minute.'),
  expires_at: timeOrNull,
  rotated_at: timeOrNull,
  revoked_at: timeOrNull,
  overlap_until: timeOrNull.describe('Until when a secret from before the last rotation is accepted.'),
})
const minted = token.extend({
  secret: z.string().describe('Shown this once; only its hash is kept.'),
})

// Unbound, a name of a source may hold whatever names hold; it is compared and never becomes a path or SQL.
const name = (max: number) =>
  z
    .string()
    .min(1)
    .max(max, { error: `must be at most ${max} characters` })
    .refine((given) => !/\p{Cc}/u.test(given), { error: 'must not have control characters' })

const newToken = z
  .strictObject({
    name: name(100),
    scope: z.enum(SCOPES),
    source: name(100).default('*'),
    expires: z
      .union(
        [
          required(time()).transform((at) => ({ at })),
          required(duration()).transform((after) => ({ after })),
        ],
        { error: 'must be an RFC 3339 time, or a duration from now such as 90d' },
      )
      .optional(),
  })
  .refine(({ scope, source }) => scope !== 'admin' || source === '*', {
    path: ['source'],
    error: 'must be * or absent: an admin token holds for any source',
  })
const rotation = z.strictObject({
  overlap: required(duration())
    .refine((ms) => ms <= MAX_OVERLAP_MS, { error: 'must be at most 30d' })
    .optional(),
})
const idParam = z.object({ id: required(text(64)) })
const common = { need: 'admin', tag: 'Tokens' } as const

/** Tokens of the running collector, for its admins: made, listed, rotated and revoked, in force at once. */
export function tokenRoutes(app: FastifyInstance, context: Context): void {
  const { tokens, clock, store, log } = context

  route(app, '/api/v1/tokens', {
    GET: operation({
      ...common,
      summary: 'All tokens, never their secrets',
      answer: z.object({ data: z.array(token), next_cursor: z.null(), has_more: z.literal(false) }),
      handler: () => ({
        data: [
          ...tokens.configured.map(describeConfigured),
          ...tokens.stored.map((record) => describe(record, clock())),
        ],
        next_cursor: null,
        has_more: false,
      }),
    }),
    POST: operation({
      ...common,
      summary: 'A new token',
      description:
        'The first must have the scope `admin` and no expiry: it closes the doors, from then on every request needs a token.',
      body: { 'application/json': newToken },
      answers: { 201: { description: 'The token with its secret', schema: minted } },
      async handler({ request, reply, access }) {
        const { source, expires, ...given } = await readJson(request, context, newToken)
        // Until the store is open the data directory may be another collector's.
        store()
        const now = clock()
        const until = expires === undefined ? null : 'at' in expires ? expires.at : now + expires.after
        const made = tokens.create({ ...given, source: source === '*' ? null : source, expires: until })
        log.info({ token: made.record.id, by: access.token }, 'a token was created')
        return reply.code(201).header('cache-control', 'no-store').send(reveal(made, now))
      },
    }),
  })

  route(app, '/api/v1/tokens/:id/rotate', {
    POST: operation({
      ...common,
      summary: 'A new secret for a token',
      description: 'The old secret is accepted for `overlap` longer, an hour unless it says otherwise.',
      params: idParam,
      body: { 'application/json': rotation },
      bodyOptional: true,
      answer: minted,
      async handler({ params, request, reply, access }) {
        const given = hasNoBody(request) ? {} : await readJson(request, context, rotation)
        const { overlap = HOUR_MS } = given
        store()
        const made = tokens.rotate(params.id, overlap)
        log.info({ token: params.id, by: access.token }, 'a token was rotated')
        return reply.header('cache-control', 'no-store').send(reveal(made, clock()))
      },
    }),
  })

  route(app, '/api/v1/tokens/:id/revoke', {
    POST: operation({
      ...common,
      summary: 'Revokes a token',
      description: 'At once: its streams, sessions and connections end too.',
      params: idParam,
      answer: token,
      handler({ params, access }) {
        store()
        const record = tokens.revoke(params.id)
        log.info({ token: params.id, by: access.token }, 'a token was revoked')
        return describe(record, clock())
      },
    }),
  })
}

type TokenView = z.output<typeof token>

function describe(record: TokenRecord, now: number): TokenView {
  const { id, name, scope, source, created, lastUsed, expires, rotated, revoked, secrets } = record
  const overlap = Math.max(...secrets.map(({ until }) => until ?? 0))
  return {
    id,
    name,
    scope,
    source: source ?? '*',
    state: stateOf(record, now),
    origin: 'stored',
    created_at: iso(created),
    last_used_at: iso(lastUsed),
    expires_at: iso(expires),
    rotated_at: iso(rotated),
    revoked_at: iso(revoked),
    overlap_until: overlap > now ? iso(overlap) : null,
  }
}

function describeConfigured({ scope, source }: Token, index: number): TokenView {
  return {
    id: configuredId(index),
    name: `entry ${index + 1} of HUBLINE_TOKENS`,
    scope,
    source: source ?? '*',
    state: 'active',
    origin: 'configured',
    created_at: null,
    last_used_at: null,
    expires_at: null,
    rotated_at: null,
    revoked_at: null,
    overlap_until: null,
  }
}

function reveal({ record, secret }: Minted, now: number): z.output<typeof minted> {
  return { ...describe(record, now), secret }
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
