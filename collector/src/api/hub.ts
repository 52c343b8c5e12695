import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { EVENT_TYPES } from '../receivers/hub-events.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { ENCODINGS } from '../server/read-body.ts'
import { route } from '../server/routes.ts'

const infoSchema = z.object({
  name: z.string(),
  env: z.string(),
  version: z.string(),
  uptime_seconds: z.int(),
  time: z.string().describe('RFC 3339, UTC.'),
  product: z.literal('hubline'),
  accepts: z.array(z.string()).describe('Media types of events.'),
  encodings: z.array(z.string()).describe('Of bodies, in Content-Encoding.'),
  otlp: z.object({
    traces: z.string(),
    logs: z.string(),
    metrics: z.string(),
    grpc_port: z.int().optional().describe('Where OTLP is taken over gRPC, if it is.'),
  }),
})

const sourcesSchema = z.object({
  data: z.array(z.object({ id: z.string(), type: z.literal('service'), status: z.string() })),
})

/** What the hub says of itself and of its sources, in the words of the original hub. */
export function hubRoutes(app: FastifyInstance, context: Context): void {
  const { store, clock, startedAt, version, grpcPort } = context
  const now = () => new Date(clock()).toISOString()

  route(app, '/api/v1/hub/info', {
    GET: operation({
      need: 'any',
      tag: 'Hub',
      summary: 'What this collector is, and what it takes',
      answer: infoSchema,
      handler: (): z.output<typeof infoSchema> => {
        const port = grpcPort()
        return {
          name: 'hubline',
          env: process.env['NODE_ENV'] || 'production',
          version,
          uptime_seconds: Math.floor((clock() - startedAt) / 1000),
          time: now(),
          product: 'hubline',
          accepts: [...EVENT_TYPES],
          encodings: [...ENCODINGS],
          otlp: {
            traces: '/v1/traces',
            logs: '/v1/logs',
            metrics: '/v1/metrics',
            ...(port !== undefined && { grpc_port: port }),
          },
        }
      },
    }),
  })

  route(app, '/api/v1/hub/heartbeat', {
    GET: operation({
      need: 'any',
      tag: 'Hub',
      summary: 'Whether it answers',
      answer: z.object({ ok: z.literal(true), at: z.string() }),
      handler: () => ({ ok: true, at: now() }),
    }),
  })

  route(app, '/api/v1/hub/sources', {
    GET: operation({
      need: 'read',
      tag: 'Hub',
      summary: 'Whose events there are, and how they are',
      answer: sourcesSchema,
      handler: async ({ access }) => {
        const services = await store().services()
        const data = services
          .filter(({ name, events }) => events > 0 && (access.source === null || access.source === name))
          .map(({ name, state }) => ({ id: name, type: 'service', status: state }))
        return { data }
      },
    }),
  })
}
