import type { FastifyInstance } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import type { TraceQuery } from '../store/store.ts'
import { needsEverySource } from './own-source.ts'
import { Parameters } from './parameters.ts'

/** Traces: the newest in a list, and one with its spans, logs and hub events together. */
export function traceRoutes(app: FastifyInstance, { store }: Context): void {
  route(app, '/api/v1/traces', {
    GET: [
      'read',
      async (request) => {
        needsEverySource(request.access)
        const given = new Parameters(request.query)
        const query: TraceQuery = { limit: given.integer('limit', { min: 1, max: 200, fallback: 50 }) }
        const service = given.text('service')
        const since = given.time('since')
        if (service !== undefined) query.service = service
        if (since !== undefined) query.since = since
        return { data: await store().traces(query) }
      },
    ],
  })

  route(app, '/api/v1/traces/:id', {
    GET: [
      'read',
      async (request, reply) => {
        needsEverySource(request.access)
        const given = new Parameters(request.params)
        const id = given.hex('id', 32)!
        const trace = await store().trace(id)
        if (!trace) throw new HttpError('not_found', `nothing is known of the trace ${id}`)
        const { events, ...rest } = trace
        const text = JSON.stringify(rest)
        return reply
          .type('application/json; charset=utf-8')
          .send(`${text.slice(0, -1)},"events":[${events.join(',')}]}`)
      },
    ],
  })
}
