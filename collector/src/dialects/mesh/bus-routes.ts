import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { needsEverySource } from '../../api/own-source.ts'
import { storageStatus } from '../../api/storage-status.ts'
import type { Context } from '../../server/context.ts'
import { operation, type Operation } from '../../server/operation.ts'
import { route } from '../../server/routes.ts'

/** The exchanges that the bus always has; one that was published to by another name is a topic, too. */
const EXCHANGES: readonly Exchange[] = [
  { name: 'ose.events', type: 'topic' },
  { name: 'ose.tasks', type: 'direct' },
  { name: 'ose.logs', type: 'fanout' },
]

interface Exchange {
  name: string
  type: 'topic' | 'direct' | 'fanout'
}

const exchange = z.object({ name: z.string(), type: z.enum(['topic', 'direct', 'fanout']) })
const queue = z.object({
  name: z.string(),
  messages: z.int().describe('Events that wait for it; of one that is far behind, at least so many.'),
  sent: z.int().describe('Events that it has taken.'),
})
const common = { need: 'read', tag: 'Service mesh', lenient: true } as const

/** The event bus about itself: whether it takes events, where they go, and who reads them. */
export function busRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/messagebus/status', { GET: status(context) })
  route(app, '/api/v1/messagebus/exchanges', {
    GET: operation({
      ...common,
      summary: 'The exchanges of the event bus, and every other that was published to',
      answer: z.object({ exchanges: z.array(exchange) }),
      handler: async ({ access }) => {
        needsEverySource(access)
        return { exchanges: await exchangesOf(context) }
      },
    }),
  })
  route(app, '/api/v1/messagebus/queues', {
    GET: operation({
      ...common,
      summary: 'One queue for each reader of live events',
      answer: z.object({ queues: z.array(queue) }),
      handler: ({ access }) => {
        needsEverySource(access)
        return { queues: queuesOf(context) }
      },
    }),
  })
}

function status(context: Context): Operation {
  const { config, feed } = context
  return operation({
    ...common,
    summary: 'Whether the event bus takes events, and who reads them',
    answer: z.object({
      connected: z.boolean().describe('Whether what is published now is stored.'),
      host: z.string(),
      port: z.int().describe('The one by which this was asked.'),
      exchanges: z.array(z.string()),
      queues: z.array(z.string()),
      active_consumers: z.int().describe('Readers of live events.'),
    }),
    handler: async ({ access, request }) => {
      needsEverySource(access)
      const [storage, exchanges] = await Promise.all([storageStatus(context), exchangesOf(context)])
      return {
        connected: storage === 'healthy',
        host: config.host,
        port: request.raw.socket.localPort ?? config.port,
        exchanges: exchanges.map(({ name }) => name),
        queues: queuesOf(context).map(({ name }) => name),
        active_consumers: feed.readers,
      }
    },
  })
}

async function exchangesOf({ store }: Context): Promise<Exchange[]> {
  const own = new Set(EXCHANGES.map(({ name }) => name))
  const others = (await store().exchanges()).filter((name) => !own.has(name))
  return [...EXCHANGES, ...others.map((name) => ({ name, type: 'topic' }) as const)]
}

function queuesOf({ feed }: Context) {
  return feed.list().map(({ name, waiting, sent }) => ({ name, messages: waiting, sent }))
}
