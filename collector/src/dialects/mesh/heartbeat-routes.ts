import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { required, text } from '../../api/parameters.ts'
import type { Access } from '../../server/access.ts'
import type { Context } from '../../server/context.ts'
import { HttpError } from '../../server/errors.ts'
import { operation, type Operation } from '../../server/operation.ts'
import { route } from '../../server/routes.ts'
import { register } from './register.ts'
import { readReported } from './reported.ts'
import { meshStatuses, type MeshStatus } from './status.ts'

const common = { tag: 'Service mesh' } as const
const params = z.object({ id: required(text(100)) })
const state = z.enum(['healthy', 'degraded', 'critical', 'dead', 'unknown'])
const status = z.object({
  service_id: z.string(),
  service_name: z.string(),
  status: state,
  is_alive: z.boolean(),
  metrics: z.looseObject({}),
  config: z.object({ interval_seconds: z.number(), timeout_seconds: z.number(), max_failures: z.number() }),
  metadata: z.looseObject({}),
})

/** The heartbeats of the service mesh: who registered or reports, and how everybody is. */
export function heartbeatRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/heartbeat/status', { GET: all(context) })
  route(app, '/api/v1/heartbeat/status/:id', { GET: one(context), DELETE: forget(context) })
  route(app, '/api/v1/heartbeat/summary', { GET: summary(context) })
  route(app, '/api/v1/heartbeat/register', { POST: register(context) })
}

function all(context: Context): Operation {
  return operation({
    ...common,
    need: 'read',
    summary: 'How every service is, by id',
    description: 'Those that registered, and those that are known because they report.',
    lenient: true,
    answer: z.record(z.string(), status),
    handler: async ({ access }) => {
      const statuses = await read(context, access)
      return Object.fromEntries(statuses.map((each) => [each.service_id, each]))
    },
  })
}

function one(context: Context): Operation {
  return operation({
    ...common,
    need: 'read',
    summary: 'How one service is',
    params,
    lenient: true,
    answer: status,
    handler: async ({ access, params: { id } }) => {
      const found = (await read(context, access)).find((each) => each.service_id === id)
      if (!found) throw unknown(id)
      return found
    },
  })
}

function summary(context: Context): Operation {
  const count = z.int()
  return operation({
    ...common,
    need: 'read',
    summary: 'How many services are in which state',
    lenient: true,
    answer: z.object({
      total_services: count,
      healthy: count,
      degraded: count,
      critical: count,
      dead: count,
      unknown: count,
      overall_health_percentage: z.number().describe('The share of the healthy ones, 0 to 100.'),
    }),
    handler: async ({ access }) => {
      const statuses = await read(context, access)
      const total = statuses.length
      const of = (wanted: MeshStatus['status']) => statuses.filter((each) => each.status === wanted).length
      const healthy = of('healthy')
      return {
        total_services: total,
        healthy,
        degraded: of('degraded'),
        critical: of('critical'),
        dead: of('dead'),
        unknown: of('unknown'),
        overall_health_percentage: total === 0 ? 0 : Math.round((healthy / total) * 10_000) / 100,
      }
    },
  })
}

function forget({ mesh }: Context): Operation {
  return operation({
    ...common,
    need: 'admin',
    summary: 'Watch a service no longer',
    description: 'Ends its registration and forgets what its health checks came to; what it reported stays.',
    params,
    answer: z.object({ message: z.string() }),
    errors: ['storage_unavailable'],
    handler: async ({ params: { id } }) => {
      const service = mesh.get(id)
      if (!service) throw unknown(id)
      await mesh.remove(id)
      return { message: `Service ${service.name} is watched no longer` }
    },
  })
}

async function read({ mesh, store, clock }: Context, { source }: Access): Promise<MeshStatus[]> {
  const now = clock()
  const reported = await readReported(store(), source, now)
  const seen = mesh.list().filter(({ id, name }) => source === null || id === source || name === source)
  return meshStatuses(seen, reported, now)
}

function unknown(id: string): HttpError {
  return new HttpError('not_found', `no service "${id}" has registered or reported`)
}
