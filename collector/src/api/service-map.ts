import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { needsEverySource } from './own-source.ts'
import { duration, oneOf, required, text, time } from './parameters.ts'
import { drawServiceMap } from './service-map-mermaid.ts'
import { timeRange } from './time-range.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const MAX_BUCKETS = 1500
/** How many buckets there are about where no step is given. */
const BUCKETS = 60

const ms = z.number().nullable()
const node = z.object({
  id: z.string().describe('The name of a service; of a peer its type and name.'),
  type: z.enum(['service', 'database', 'messaging', 'external']),
  name: z.string(),
  calls: z.number().int(),
  errors: z.number().int(),
  p95_ms: ms,
})
const edge = z.object({
  caller: z.string().describe('`id` of a node.'),
  callee: z.string(),
  via: z.enum(['call', 'queue']),
  calls: z.number().int(),
  errors: z.number().int(),
  p50_ms: z.number(),
  p95_ms: z.number(),
})
const serviceMap = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  nodes: z.array(node),
  edges: z.array(edge),
})
const requestRates = z.object({
  service: z.string(),
  step_s: z.number().int(),
  data: z.array(
    z.object({
      at: z.iso.datetime().describe('Where the bucket starts.'),
      calls: z.number().int(),
      errors: z.number().int(),
      calls_per_second: z.number(),
      error_ratio: z.number().describe('0 to 1.'),
      p50_ms: ms,
      p95_ms: ms,
      p99_ms: ms,
    }),
  ),
})

/** Who calls whom, and how the requests of one service go. */
export function serviceMapRoutes(app: FastifyInstance, { store, clock }: Context): void {
  route(app, '/api/v1/service-map', {
    GET: operation({
      need: 'read',
      tag: 'Services',
      summary: 'Which services call which, and their databases, queues and other peers',
      description: 'Counted by the minute for ranges of up to 6 h within the last 48 h, else by the hour.',
      query: z.object({
        since: time('RFC 3339; an hour before `until` where it is not given.'),
        until: time('RFC 3339; now where it is not given.'),
        format: oneOf(['json', 'mermaid']),
      }),
      answer: serviceMap,
      handler: async ({ query, access, reply }) => {
        needsEverySource(access)
        const map = await store().serviceMap(timeRange(query, clock(), HOUR_MS))
        if (query.format !== 'mermaid') return map
        return reply.type('text/plain; charset=utf-8').send(drawServiceMap(map))
      },
    }),
  })

  route(app, '/api/v1/services/:name/requests', {
    GET: operation({
      need: 'read',
      tag: 'Services',
      summary: 'Rate, errors and durations of the requests that a service took',
      description: 'Of its SERVER and CONSUMER spans. Quantiles are off by 4.4 % at the most.',
      params: z.object({ name: required(text(200)) }),
      query: z.object({
        since: time('RFC 3339; an hour before `until` where it is not given.'),
        until: time('RFC 3339; now where it is not given.'),
        step: duration('Whole minutes, such as 5m; whole hours for what is older than 48 h.'),
      }),
      answer: requestRates,
      handler: async ({ query, params: { name }, access }) => {
        const { since, until } = timeRange(query, clock(), HOUR_MS)
        const fitting = Math.max(1, Math.ceil((until - since) / BUCKETS / MINUTE_MS)) * MINUTE_MS
        const step = query.step ?? fitting
        if (step < MINUTE_MS || step % MINUTE_MS !== 0 || (until - since) / step > MAX_BUCKETS) {
          throw new HttpError(
            'invalid_parameter',
            `step is ${step} ms; it must be whole minutes, and the range at most ${MAX_BUCKETS} steps long`,
          )
        }
        const own = access.source === null || access.source === name
        const rates = own ? await store().requestRates({ service: name, since, until, step }) : undefined
        if (!rates) throw new HttpError('not_found', `nothing has come from a service "${name}"`)
        return rates
      },
    }),
  })
}
