import type { FastifyInstance } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import { StoreError } from '../store/store-error.ts'
import { needsEverySource } from './own-source.ts'

/** The collector about itself: alive, ready, what it stored, and its own metrics. */
export function healthRoutes(app: FastifyInstance, context: Context): void {
  const { store, feed, metrics, clock, startedAt, version } = context
  const iso = (ms: number) => new Date(ms).toISOString()

  // One port serves clients of several systems, which read different fields of this answer.
  route(app, '/health', {
    GET: [
      'open',
      () => {
        const open = isOpen(store)
        const total = open ? store().totals().events : 0
        return {
          status: open ? 'healthy' : 'starting',
          service: 'hubline-collector',
          version,
          timestamp: iso(clock()),
          uptime_seconds: Math.floor((clock() - startedAt) / 1000),
          collector: {
            healthy: open,
            started: iso(startedAt),
            storage_type: 'sqlite',
            events_processed: metrics.accepted.events,
            active_streams: feed.readers,
          },
          storage: { status: open ? 'healthy' : 'starting', storage_type: 'sqlite', total_events: total },
        }
      },
    ],
  })

  route(app, '/ready', {
    GET: [
      'open',
      async () => {
        try {
          await store().probe()
        } catch (error) {
          if (error instanceof StoreError)
            throw new HttpError('not_ready', `the store takes no data: ${error.message}`)
          throw error
        }
        return { status: 'ready', service: 'hubline-collector', version, timestamp: iso(clock()) }
      },
    ],
  })

  route(app, '/api/v1/stats', {
    GET: [
      'read',
      async ({ access }) => {
        needsEverySource(access)
        const { stored, parts, disk_bytes } = await store().stats()
        const { accepted, duplicates, expired, rejected, refused } = metrics
        return {
          stored,
          parts,
          disk_bytes,
          since_start: { since: iso(startedAt), accepted, duplicates, expired, rejected, refused },
        }
      },
    ],
  })

  route(app, '/metrics', {
    GET: [
      'read',
      async ({ access }, reply) => {
        needsEverySource(access)
        return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
      },
    ],
  })
}

function isOpen(store: Context['store']): boolean {
  try {
    store()
    return true
  } catch {
    return false
  }
}
