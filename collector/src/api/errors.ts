import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ERROR_STATES, type StateChange } from '../errors/state.ts'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { ERROR_SORTS, type ErrorCursor, type ErrorDetail } from '../store/errors.ts'
import { errorDetail, errorGroup, errorOccurrence, errorStory } from './error-schemas.ts'
import { storyBefore } from './error-story.ts'
import { showDetail, showGroup, showOccurrence } from './error-views.ts'
import { hasNoBody, readJson } from './json-body.ts'
import { ownSource } from './own-source.ts'
import { duration, integer, limit, oneOf, parsed, required, someOf, text, time } from './parameters.ts'

const MAX_MUTE_MS = 400 * 86_400_000
const TAG = 'Errors'

const key = parsed('16 hex digits, the id of a group', (given) =>
  /^[0-9a-f]{16}$/i.test(given) ? given.toLowerCase() : undefined,
)
const params = z.object({ id: key })
const cursor = parsed('a cursor as an earlier answer gave it', readCursor)
  .optional()
  .describe('Go on after this page: `next_cursor` of an earlier one, asked for in the same order.')

const listQuery = z.object({
  service: text(100, 'Only errors of this service.'),
  env: text(64, 'Only errors that were seen in this environment.'),
  version: text(200, 'Only errors that were seen in this version of the service.'),
  state: someOf(ERROR_STATES, 'Only errors in one of these states.'),
  type: text(200, 'Only errors of this type, such as `TypeError`.'),
  text: text(200, 'Only errors with this text in type, message or culprit, in upper or lower case.'),
  since: time('Only errors that were seen at or after this time; RFC 3339.'),
  until: time('Only errors that were first seen before this time; RFC 3339.'),
  sort: oneOf(
    ERROR_SORTS,
    'What comes first: seen last, seen first most lately, or most often. Default `last_seen`.',
  ),
  limit: limit(200, 50),
  cursor,
})

const resolution = z.strictObject({
  version: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(200, { error: 'must be at most 200 characters' })
    .optional(),
})
const muting = z
  .strictObject({
    until: required(time()).optional(),
    for: required(duration())
      .refine((ms) => ms > 0 && ms <= MAX_MUTE_MS, { error: 'must be more than nothing and at most 400d' })
      .optional(),
    more: z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be at least 1' })
      .max(1_000_000_000, { error: 'must be at most 1000000000' })
      .optional(),
  })
  .refine(({ until, for: length }) => until === undefined || length === undefined, {
    path: ['for'],
    error: 'must not be given beside until',
  })

/** The inbox of errors: groups with their counts, examples and occurrences, and what was decided about them. */
export function errorRoutes(app: FastifyInstance, context: Context): void {
  const { store, clock } = context

  const find = async (id: string, access: Access): Promise<ErrorDetail> => {
    const found = await store().error(id, access.source ?? undefined, clock())
    if (!found) throw unknown(id)
    return found
  }
  const decide = async (id: string, access: Access, change: StateChange) => {
    await find(id, access)
    await store().decideError({ key: id, change, now: clock() })
    return showDetail(await find(id, access))
  }
  const read = <Schema extends z.ZodType>(request: FastifyRequest, schema: Schema) =>
    hasNoBody(request) ? schema.parse({}) : readJson(request, context, schema)

  route(app, '/api/v1/errors', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'Groups of errors',
      description:
        'What ErrorReported events, exceptions in spans and exceptions in log records tell of, each throw once, in groups of the same fingerprint.',
      query: listQuery,
      answer: z.object({
        data: z.array(errorGroup),
        next_cursor: z.string().nullable(),
        has_more: z.boolean(),
        evicted: z.int().describe('Groups that were given up so far because there were too many.'),
      }),
      async handler({ query, access }) {
        const { state, sort = 'last_seen', ...given } = query
        const service = ownSource(access, given.service)
        const page = await store().errors({ ...given, service, states: state, sort, now: clock() })
        return {
          data: page.groups.map(showGroup),
          next_cursor: page.next && `${page.next.value}-${page.next.id}`,
          has_more: page.next !== null,
          evicted: page.evicted,
        }
      },
    }),
  })

  route(app, '/api/v1/errors/:id', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'A group of errors with its example, counts and versions',
      params,
      answer: errorDetail,
      handler: async ({ params: { id }, access }) => showDetail(await find(id, access)),
    }),
  })

  route(app, '/api/v1/errors/:id/occurrences', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'The newest occurrences of an error',
      description: 'Of each group the 50 newest are kept.',
      params,
      query: z.object({ limit: limit(50, 50) }),
      answer: z.object({ data: z.array(errorOccurrence), next_cursor: z.null(), has_more: z.literal(false) }),
      async handler({ params: { id }, query, access }) {
        const found = await store().errorOccurrences(id, access.source ?? undefined, query.limit)
        if (!found) throw unknown(id)
        const data = found.map((each) => ({ id: String(each.id), ...showOccurrence(each) }))
        return { data, next_cursor: null, has_more: false }
      },
    }),
  })

  route(app, '/api/v1/errors/:id/before', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'What happened before the example in the same instance',
      description: 'Its last hub events and log records of the hour before, the newest first.',
      params,
      query: z.object({ limit: integer(1, 200, 30, 'How many events and records together.') }),
      answer: errorStory,
      handler: async ({ params: { id }, query, access }) =>
        storyBefore(store(), await find(id, access), query.limit),
    }),
  })

  const change = { need: 'admin', tag: TAG, params, answer: errorDetail } as const

  route(app, '/api/v1/errors/:id/resolve', {
    POST: operation({
      ...change,
      summary: 'Resolves an error',
      description:
        'As of now, or in a `version`: then only what comes from that version or a newer one makes it regress.',
      body: { 'application/json': resolution },
      bodyOptional: true,
      async handler({ params: { id }, request, access }) {
        const { version = null } = await read(request, resolution)
        return decide(id, access, { to: 'resolved', version })
      },
    }),
  })

  route(app, '/api/v1/errors/:id/mute', {
    POST: operation({
      ...change,
      summary: 'Mutes an error',
      description:
        'For ever, `until` a time, `for` a duration such as `24h`, or for so many `more` occurrences; whichever comes first ends it.',
      body: { 'application/json': muting },
      bodyOptional: true,
      async handler({ params: { id }, request, access }) {
        const { until, for: length, more = null } = await read(request, muting)
        const untilMs = length === undefined ? (until ?? null) : clock() + length
        if (untilMs !== null && untilMs <= clock()) {
          throw new HttpError('validation_failed', 'until must be a time to come', {
            details: { errors: { until: ['must be a time to come'] } },
          })
        }
        return decide(id, access, { to: 'muted', untilMs, more })
      },
    }),
  })

  route(app, '/api/v1/errors/:id/reopen', {
    POST: operation({
      ...change,
      summary: 'Opens an error again that was resolved or muted',
      handler: ({ params: { id }, access }) => decide(id, access, { to: 'open' }),
    }),
  })
}

function unknown(id: string): HttpError {
  return new HttpError('not_found', `there is no group of errors with the id "${id}"`)
}

function readCursor(given: string): ErrorCursor | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(given)
  return match ? { value: Number(match[1]), id: Number(match[2]) } : undefined
}
