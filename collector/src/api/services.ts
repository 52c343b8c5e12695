import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { totalOf, UPTIME_STATES, uptimeShare, uptimeSpans, type UptimeSpan } from '../monitors/uptime.ts'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { integer, oneOf, required, text } from './parameters.ts'
import { deliverySchema, serviceSchema, uptimeSchema } from './service-schemas.ts'
import { showService } from './show-service.ts'

const HOUR_MS = 3_600_000
const WINDOWS = { '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS } as const
const common = { need: 'read', tag: 'Services' } as const
const params: z.ZodObject<{ name: z.ZodType<string, string> }> = z.object({ name: required(text()) })

/** Which services there are, how they are and were. */
export function serviceRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/services', { GET: list(context) })
  route(app, '/api/v1/services/:name', { GET: one(context) })
  route(app, '/api/v1/services/:name/delivery', { GET: delivery(context) })
  route(app, '/api/v1/services/:name/uptime', { GET: uptime(context) })
}

function list({ store, clock }: Context): Operation {
  return operation({
    ...common,
    summary: 'Services by name, with their states and instances',
    lenient: true,
    answer: z.object({ data: z.array(serviceSchema) }),
    handler: async ({ access }) => {
      const services = await store().services()
      const own = services.filter(({ name }) => mayReadService(access, name))
      return { data: own.map((facts) => showService(facts, clock())) }
    },
  })
}

function one({ store, clock }: Context): Operation {
  return operation({
    ...common,
    summary: 'One service',
    params,
    lenient: true,
    answer: serviceSchema,
    handler: async ({ access, params: { name } }) => {
      const facts = mayReadService(access, name) ? await store().service(name) : undefined
      if (!facts) throw unknownService(name)
      return showService(facts, clock())
    },
  })
}

function delivery({ store }: Context): Operation {
  return operation({
    ...common,
    summary: 'What became of the numbered events of a service',
    params,
    lenient: true,
    answer: deliverySchema,
    handler: async ({ access, params: { name } }) => {
      const found = mayReadService(access, name) ? await store().delivery(name) : undefined
      if (!found) throw unknownService(name)
      return found
    },
  })
}

function uptime({ store, clock }: Context): Operation {
  return operation({
    ...common,
    summary: 'The share of a time in which a service was up, per environment, and in steps for a strip',
    description:
      'Up and late count as there, silent and crashed as not; after a goodbye a service is expected by nobody.',
    params,
    query: z.object({
      window: oneOf(Object.keys(WINDOWS) as [keyof typeof WINDOWS], 'Up to now; 24h where it is not given.'),
      buckets: integer(1, 200, 24, 'Into how many steps it is cut; 24 where it is not given.'),
    }),
    answer: uptimeSchema,
    handler: async ({ access, params: { name }, query }) => {
      const to = clock()
      const from = to - WINDOWS[query.window ?? '24h']
      const found = mayReadService(access, name) ? await store().uptime(name, from) : undefined
      if (!found) throw unknownService(name)
      const environments = found.histories.map((history) => {
        const spans = uptimeSpans(history, found.absences, { from, to, count: query.buckets })
        const buckets = spans.map((span) => ({ start: iso(span.from), ...showTimes(span.inState) }))
        return { env: history.env || null, ...showTimes(totalOf(spans)), buckets }
      })
      return { service: name, from: iso(from), to: iso(to), environments }
    },
  })
}

export function mayReadService({ source }: Access, name: string): boolean {
  return source === null || source === name
}

export function unknownService(name: string): HttpError {
  return new HttpError('not_found', `nothing has come from a service "${name.slice(0, 100)}"`)
}

function showTimes(inState: UptimeSpan['inState']): Record<string, unknown> {
  const seconds = Object.fromEntries(UPTIME_STATES.map((state) => [state, Math.round(inState[state]) / 1000]))
  return { uptime: uptimeShare(inState), seconds }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
