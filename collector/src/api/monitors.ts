import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { MAX_INTERVAL_S } from '../monitors/expectation.ts'
import { missedNow } from '../monitors/heartbeats.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { SERVICE_STATES } from '../services/state.ts'
import type { ServiceFacts } from '../services/facts.ts'
import type { MonitorFacts, MonitorPosition } from '../store/monitors.ts'
import { readJson } from './json-body.ts'
import { monitorPageSchema, monitorSchema } from './monitor-schemas.ts'
import { ownSource } from './own-source.ts'
import { limit, oneOf, parsed, required, text } from './parameters.ts'
import { unknownService } from './services.ts'

const seconds = z
  .number({ error: `must be a number of seconds from 1 to ${MAX_INTERVAL_S}, or null` })
  .min(1, { error: 'must be at least 1 second' })
  .max(MAX_INTERVAL_S, { error: `must be at most ${MAX_INTERVAL_S} seconds` })
  .nullable()
const adjustment = z.strictObject({
  interval_s: seconds.describe('Seconds between heartbeats; null for what is declared or learned.'),
  grace_s: seconds.describe('Seconds after a missed heartbeat until silence; null for the default.'),
})

/** Who is expected to be heard of, and when. */
export function monitorRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/monitors', { GET: list(context) })
  route(app, '/api/v1/monitors/:service', { PUT: adjust(context) })
}

function list({ store, clock }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Services',
    summary: 'Monitors: who is expected to be heard of, and when',
    description:
      'Every instance that beats has one. The one without an instance is that of senders that name none, and of short-lived instances together.',
    query: z.object({
      service: text(),
      env: text(),
      state: oneOf(SERVICE_STATES),
      cursor: parsed('a cursor as an earlier answer gave it', parsePosition)
        .optional()
        .describe('Go on after an earlier page: its `next_cursor`, with the same filters.'),
      limit: limit(500, 100),
    }),
    answer: monitorPageSchema,
    handler: async ({ access, query: { cursor: after, service: asked, env, state, limit } }) => {
      const service = ownSource(access, asked)
      const page = await store().monitors({
        limit,
        ...(service !== undefined && { service }),
        ...(env !== undefined && { env }),
        ...(state !== undefined && { state }),
        ...(after && { after }),
      })
      const last = page.monitors.at(-1)
      return {
        data: page.monitors.map((monitor) => showMonitor(monitor, clock())),
        next_cursor: page.hasMore && last ? formatPosition(last) : null,
        has_more: page.hasMore,
      }
    },
  })
}

function adjust(context: Context): Operation {
  const { store, clock } = context
  return operation({
    need: 'admin',
    tag: 'Services',
    summary: 'Set the interval and grace of a service in one environment',
    params: z.object({ service: required(text()) }),
    query: z.object({ env: text(200, 'Absent for instances that name no environment.') }),
    body: { 'application/json': adjustment },
    answer: z.object({ data: z.array(monitorSchema) }),
    handler: async ({ params: { service }, query: { env = '' }, request }) => {
      const { interval_s: intervalS, grace_s: graceS } = await readJson(request, context, adjustment)
      const wanted = { service, env, limit: 500 }
      if ((await store().monitors({ ...wanted, limit: 1 })).monitors.length === 0) {
        const known = await store().service(service)
        if (!known) throw unknownService(service)
        throw noMonitor(known, env)
      }
      await store().adjustMonitors({ service, env, intervalS, graceS })
      const { monitors } = await store().monitors(wanted)
      return { data: monitors.map((monitor) => showMonitor(monitor, clock())) }
    },
  })
}

function noMonitor({ name, environments }: ServiceFacts, env: string): HttpError {
  const got = env === '' ? 'env is not given' : `env is "${env}"`
  const named = environments.flatMap((one) => (one.env === null ? [] : [`"${one.env}"`])).slice(0, 10)
  const wanted = named.length > 0 ? named.join(' or ') : 'left out'
  return new HttpError('not_found', `${got}, where "${name}" has no monitor; it must be ${wanted}`)
}

function showMonitor(monitor: MonitorFacts, now: number): Record<string, unknown> {
  const { state, countedFrom, intervalS, graceS, silentAt, alertAt, promised } = monitor
  const waits = alertAt !== null && promised
  return {
    service: monitor.service,
    env: monitor.env || null,
    instance: monitor.instance || null,
    host: monitor.host,
    state,
    state_since: monitor.since === 0 ? null : iso(monitor.since),
    interval_s: intervalS,
    interval_source: monitor.source,
    grace_s: graceS,
    heartbeat_expected: promised,
    last_seen: iso(monitor.signAt),
    last_heartbeat: monitor.heartbeatAt === null ? null : iso(monitor.heartbeatAt),
    expected_by: waits ? iso(countedFrom + intervalS * 1000) : null,
    silent_after: waits ? iso(silentAt) : null,
    heartbeats: monitor.heartbeats,
    missed: monitor.missed + missedNow(monitor, now),
    consecutive_missed: missedNow(monitor, now),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function formatPosition({ service, env, instance }: MonitorPosition): string {
  return Buffer.from(JSON.stringify([service, env, instance])).toString('base64url')
}

function parsePosition(given: string): MonitorPosition | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(given, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== 3 || parts.some((part) => typeof part !== 'string'))
      return undefined
    const [service, env, instance] = parts as [string, string, string]
    return { service, env, instance }
  } catch {
    return undefined
  }
}
