import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { formatLogPosition, parseLogId, parseLogPosition } from '../store/logs.ts'
import { logFilter, logFilterParameters } from './log-filter.ts'
import {
  logContextSchema,
  logFacetsSchema,
  logHistogramSchema,
  logPageSchema,
  logRecordSchema,
} from './log-schemas.ts'
import { ownSource } from './own-source.ts'
import { duration, integer, limit, oneOf, parsed, text } from './parameters.ts'
import { timeSteps } from './time-steps.ts'

/** Log records: listed and searched by time, counted, and one among its neighbours. */
export function logRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/logs', { GET: list(context) })
  route(app, '/api/v1/logs/facets', { GET: facets(context) })
  route(app, '/api/v1/logs/histogram', { GET: histogram(context) })
  route(app, '/api/v1/logs/:id', { GET: one(context) })
  route(app, '/api/v1/logs/:id/context', { GET: around(context) })
}

function list({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Logs',
    summary: 'Log records by time, searched by text and by what they say',
    query: z.object({
      ...logFilterParameters,
      order: oneOf(['asc', 'desc'], 'Newest first (desc, the default) or oldest first.'),
      cursor: parsed('a cursor as an earlier answer gave it', parseLogPosition)
        .optional()
        .describe('Go on after an earlier page: its `next_cursor`, with the same order and filters.'),
      limit: limit(500, 100),
    }),
    answer: logPageSchema,
    handler: async ({ query, access }) => {
      const { order = 'desc', cursor: after, limit } = query
      const page = await store().logs({ ...logFilter(query, access), order, limit, ...(after && { after }) })
      return {
        data: page.records,
        next_cursor: page.next && formatLogPosition(page.next),
        has_more: page.next !== null,
        searched_until: iso(page.searchedUntil),
      }
    },
  })
}

function facets({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Logs',
    summary: 'How often each service, severity, event name and value of an attribute occurs',
    query: z.object({
      ...logFilterParameters,
      facet: text(200, 'Key of the attribute whose values are counted.'),
      top: integer(1, 100, 20, 'Values of each facet, the most frequent first; 20 where it is not given.'),
    }),
    answer: logFacetsSchema,
    handler: async ({ query, access }) => {
      const { facet: attribute, top } = query
      const found = await store().logFacets({ ...logFilter(query, access), attribute, top })
      const { total, services, severities, eventNames, cut } = found
      const ofAttribute = found.attribute && {
        key: found.attribute.key,
        values: found.attribute.values,
        without_it: found.attribute.withoutIt,
      }
      return { total, services, severities, event_names: eventNames, attribute: ofAttribute ?? null, cut }
    },
  })
}

function histogram({ store, clock }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Logs',
    summary: 'How many records of each severity there are, over time',
    query: z.object({
      ...logFilterParameters,
      step: duration(
        'Length of a step, such as 30s; where it is not given, about 100 of them make the range.',
      ),
    }),
    answer: logHistogramSchema,
    handler: async ({ query, access }) => {
      const steps = timeSteps(query, clock())
      const { buckets, cut } = await store().logHistogram({ ...logFilter(query, access), ...steps })
      const data = buckets.map(({ start, ...counts }) => ({ start: iso(start), ...counts }))
      return { step_ms: steps.step, data, cut }
    },
  })
}

const params = z.object({ id: z.string().describe('`id` of a record.') })

function one({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Logs',
    summary: 'One log record by its id',
    params,
    answer: logRecordSchema,
    handler: async ({ params: { id }, access }) => {
      const seq = parseLogId(id)
      const record = seq === undefined ? undefined : await store().log(seq, ownSource(access, undefined))
      if (!record) throw unknownRecord(id)
      return record
    },
  })
}

function around({ store }: Context): Operation {
  const neighbours = (where: string) =>
    integer(0, 100, 10, `Records ${where} it, 100 at most; 10 where it is not given.`)
  return operation({
    need: 'read',
    tag: 'Logs',
    summary: 'What the same instance told before and after a record',
    params,
    query: z.object({ before: neighbours('before'), after: neighbours('after') }),
    answer: logContextSchema,
    handler: async ({ params: { id }, query, access }) => {
      const seq = parseLogId(id)
      const service = ownSource(access, undefined)
      const context = seq === undefined ? undefined : await store().logContext(seq, { ...query, service })
      if (!context) throw unknownRecord(id)
      return context
    },
  })
}

function unknownRecord(id: string): HttpError {
  return new HttpError(
    'not_found',
    `there is no log record with the id "${id.slice(0, 64)}", or it is no longer kept`,
  )
}

function iso(ms: number): string
function iso(ms: number | null): string | null
function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
