import type { FastifyInstance } from 'fastify'
import { EVENT_TYPES } from '../receivers/hub-events.ts'
import type { Context } from '../server/context.ts'
import { ENCODINGS } from '../server/read-body.ts'
import { route } from '../server/routes.ts'

/** What the hub says of itself and of its sources, in the words of the original hub. */
export function hubRoutes(app: FastifyInstance, { store, clock, startedAt, version }: Context): void {
  const now = () => new Date(clock()).toISOString()

  route(app, '/api/v1/hub/info', {
    GET: [
      'any',
      () => ({
        name: 'hubline',
        env: process.env['NODE_ENV'] || 'production',
        version,
        uptime_seconds: Math.floor((clock() - startedAt) / 1000),
        time: now(),
        product: 'hubline',
        accepts: EVENT_TYPES,
        encodings: ENCODINGS,
        otlp: { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' },
      }),
    ],
  })

  route(app, '/api/v1/hub/heartbeat', { GET: ['any', () => ({ ok: true, at: now() })] })

  route(app, '/api/v1/hub/sources', {
    GET: [
      'read',
      async ({ access }) => {
        const services = await store().services()
        const data = services
          .filter(({ name, events }) => events > 0 && (access.source === null || access.source === name))
          .map(({ name, state }) => ({ id: name, type: 'service', status: state }))
        return { data }
      },
    ],
  })
}
