import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { RetentionLimits } from '../config/retention.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { KeptSignal } from '../store/kept.ts'
import { StoreError } from '../store/store-error.ts'
import { needsEverySource } from './own-source.ts'
import { storageStatus } from './storage-status.ts'

const TAG = 'Collector'

const about = z.object({
  status: z.string(),
  service: z.string(),
  version: z.string(),
  timestamp: z.iso.datetime(),
})

const health = about.extend({
  uptime_seconds: z.int(),
  collector: z.looseObject({
    healthy: z.boolean(),
    started: z.iso.datetime(),
    storage_type: z.string(),
    events_processed: z
      .int()
      .nullable()
      .describe('This and all counts: null for who may not read everything.'),
  }),
  storage: z.looseObject({ status: z.string(), storage_type: z.string(), total_events: z.int().nullable() }),
})

const bySignal = z.object({ events: z.int(), spans: z.int(), logs: z.int(), metrics: z.int() })

const time = z.iso.datetime().nullable()

const keptSignal = z.object({
  parts: z.int(),
  bytes: z.int().describe('On disk, with indexes.'),
  oldest: time.describe('The earliest time that an item tells.'),
  newest: time,
  removed: z
    .object({ parts: z.int(), items: z.int(), bytes: z.int(), last_at: time })
    .describe('What retention has given up since the data directory was made.'),
})

const stats = z.object({
  stored: bySignal,
  parts: bySignal,
  signals: z.object({ events: keptSignal, spans: keptSignal, logs: keptSignal, metrics: keptSignal }),
  disk_bytes: z.int().describe('Of the whole data directory.'),
  queue: z.object({ bytes: z.int().describe('Of bodies that wait for their commit.') }),
  retention: z.object({
    age_ms: z.int(),
    bytes: z.int().describe('Of everything together.'),
    signals: z
      .partialRecord(
        z.enum(['events', 'spans', 'logs', 'metrics']),
        z.object({ age_ms: z.int().nullable(), bytes: z.int().nullable() }),
      )
      .describe(
        'Signals that have limits of their own: an age goes instead of the general one, bytes hold beside it.',
      ),
  }),
  since_start: z.object({
    since: z.iso.datetime(),
    accepted: bySignal,
    duplicates: z.int().describe('Events acknowledged again because their id was stored already.'),
    expired: z.int().describe('Events from a time that retention has given up.'),
    rejected: z
      .record(z.string(), z.int())
      .describe('Items of readable requests that were not taken, by reason.'),
    refused: z
      .record(z.string(), z.record(z.string(), z.int()))
      .describe('Requests refused as a whole, by source as far as it was known, and reason.'),
  }),
})

/** The collector about itself: alive, ready, what it stored, and its own metrics. */
export function healthRoutes(app: FastifyInstance, context: Context): void {
  const { access, config, store, feed, metrics, clock, startedAt, version } = context
  const iso = (ms: number) => new Date(ms).toISOString()

  // One port serves clients of several systems, which read different fields of this answer.
  route(app, '/health', {
    GET: operation({
      need: 'open',
      tag: TAG,
      summary: 'Whether it is alive',
      lenient: true,
      answer: health,
      description:
        'Counts are told to those alone who may read everything: without tokens whoever is on this machine.',
      handler: async ({ request }) => {
        const storage = await storageStatus(context)
        const total = storage === 'starting' ? 0 : store().totals().events
        // How much others send is not for everybody who can reach it.
        const counted = (count: number) => (access.readsAll(request.headers) ? count : null)
        return {
          status: storage === 'unhealthy' ? 'degraded' : storage,
          service: 'hubline-collector',
          version,
          timestamp: iso(clock()),
          uptime_seconds: Math.floor((clock() - startedAt) / 1000),
          collector: {
            healthy: storage === 'healthy',
            started: iso(startedAt),
            storage_type: 'sqlite',
            events_processed: counted(metrics.accepted.events),
            active_websockets: counted(feed.count('websocket')),
            active_streams: counted(feed.count('stream')),
          },
          storage: {
            status: storage,
            storage_type: 'sqlite',
            // Where things are on this machine is not for everybody who can reach it.
            db_path: access.hasTokens ? null : config.dataDir,
            total_events: counted(total),
          },
        }
      },
    }),
  })

  route(app, '/ready', {
    GET: operation({
      need: 'open',
      tag: TAG,
      summary: 'Whether it takes data: proved by a write',
      lenient: true,
      answer: about,
      handler: async () => {
        try {
          await store().probe()
        } catch (error) {
          if (error instanceof StoreError)
            throw new HttpError('not_ready', `the store takes no data: ${error.message}`)
          throw error
        }
        return { status: 'ready', service: 'hubline-collector', version, timestamp: iso(clock()) }
      },
    }),
  })

  route(app, '/api/v1/stats', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'What is stored, and what came in since it started',
      answer: stats,
      handler: async ({ access }) => {
        needsEverySource(access)
        const { stored, kept, disk_bytes } = await store().stats()
        const { accepted, duplicates, expired, rejected, refused } = metrics
        const { events, spans, logs, metrics: points } = kept
        return {
          stored,
          parts: { events: events.parts, spans: spans.parts, logs: logs.parts, metrics: points.parts },
          signals: {
            events: toSignal(events),
            spans: toSignal(spans),
            logs: toSignal(logs),
            metrics: toSignal(points),
          },
          disk_bytes,
          queue: { bytes: metrics.queuedBytes() },
          retention: toRetention(config.retention),
          since_start: { since: iso(startedAt), accepted, duplicates, expired, rejected, refused },
        }
      },
    }),
  })

  route(app, '/metrics', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'Its own metrics, for Prometheus',
      lenient: true,
      answers: { 200: { description: 'In the text format of Prometheus.', mediaType: 'text/plain' } },
      handler: async ({ access, reply }) => {
        needsEverySource(access)
        return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
      },
    }),
  })
}

function toRetention({ ageMs, bytes, signals = {} }: RetentionLimits): z.input<typeof stats>['retention'] {
  const own = Object.entries(signals).map(([signal, kept]) => {
    return [signal, { age_ms: kept.ageMs ?? null, bytes: kept.bytes ?? null }]
  })
  return { age_ms: ageMs, bytes, signals: Object.fromEntries(own) as Record<string, never> }
}

function toSignal({ parts, bytes, oldestMs, newestMs, removed }: KeptSignal): z.input<typeof keptSignal> {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    parts,
    bytes,
    oldest: iso(oldestMs),
    newest: iso(newestMs),
    removed: {
      parts: removed.parts,
      items: removed.items,
      bytes: removed.bytes,
      last_at: iso(removed.lastMs),
    },
  }
}
