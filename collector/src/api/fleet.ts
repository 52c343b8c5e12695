import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { totalOf, uptimeShare, uptimeSpans, type UptimeSpan, type UptimeState } from '../monitors/uptime.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { ServiceFacts } from '../services/facts.ts'
import { marksOf } from '../services/marks.ts'
import type { FleetFacts } from '../store/fleet.ts'
import type { Store } from '../store/store.ts'
import { fleetSchema } from './fleet-schemas.ts'
import { oneOf, text } from './parameters.ts'
import { mayReadService } from './services.ts'
import { SharedAnswers } from './shared-answers.ts'
import { showService } from './show-service.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** By window: its length, and what it is cut into. */
const WINDOWS = {
  '1h': { length: HOUR_MS, step: MINUTE_MS },
  '6h': { length: 6 * HOUR_MS, step: 5 * MINUTE_MS },
  '24h': { length: 24 * HOUR_MS, step: HOUR_MS },
  '7d': { length: 168 * HOUR_MS, step: 3 * HOUR_MS },
} as const
const STRIP = { length: 24 * HOUR_MS, count: 48 }
/** What a step of uptime shows where it was in several states: the first of these. */
const GRAVEST: readonly UptimeState[] = [
  'crashed',
  'silent',
  'late',
  'up',
  'stopped',
  'unknown',
  'unobserved',
]

type WindowName = keyof typeof WINDOWS
type Window = (typeof WINDOWS)[WindowName]

/** `GET /api/v1/fleet`: all services at a glance, in one answer. */
export function fleetRoute(app: FastifyInstance, context: Context): void {
  const ofAll = new SharedAnswers((window: WindowName) => tell(context, window))
  let watched: Store | undefined
  /** A page that hears of a change of state asks at once, and must not be told how it was before. */
  const watch = (store: Store) => {
    if (watched === store) return
    watched = store
    store.watchTransitions(() => ofAll.forget())
  }
  route(app, '/api/v1/fleet', {
    GET: operation({
      need: 'read',
      tag: 'Services',
      summary: 'All services at a glance: states, requests, uptime, starts and deploys',
      description:
        'Requests are those of SERVER and CONSUMER spans, cut into steps of the window; `uptime` is of the last 24 hours in 48 steps. The answer of all services may be a second old.',
      query: z.object({
        window: oneOf(Object.keys(WINDOWS) as [WindowName], '1h where it is not given.'),
        service: text(200, 'Only this one.'),
      }),
      answer: fleetSchema,
      handler: async ({ query, access, reply }) => {
        const window = query.window ?? '1h'
        const one = query.service ?? access.source
        if (one !== null) return tell(context, window, mayReadService(access, one) ? [one] : [])
        watch(context.store())
        return reply.type('application/json; charset=utf-8').send(await ofAll.of(window))
      },
    }),
  })
}

/** @param only the one service to tell of, or none; all where it is left out */
async function tell(
  { store, clock }: Context,
  name: WindowName,
  only?: readonly [string] | readonly [],
): Promise<Record<string, unknown>> {
  const now = clock()
  const range = rangeOf(WINDOWS[name], now)
  const query = { ...range, changesSince: now - STRIP.length, service: only?.[0] }
  const services = only === undefined ? await store().services() : await one(store(), only[0])
  const facts = services.length === 0 ? NOTHING : await store().fleet(query)
  return {
    now: iso(now),
    since: iso(range.since),
    until: iso(range.until),
    step_s: range.step / 1000,
    services: services.map((service) => show(service, facts, range, now)),
  }
}

const NOTHING: FleetFacts = { requests: [], histories: [], absences: [] }

async function one(store: Store, name: string | undefined): Promise<ServiceFacts[]> {
  const found = name === undefined ? undefined : await store.service(name)
  return found ? [found] : []
}

interface Range {
  since: number
  until: number
  step: number
}

/** Whole steps; the last one is still filling. */
function rangeOf({ length, step }: Window, now: number): Range {
  const until = Math.floor(now / step) * step + step
  return { since: until - length, until, step }
}

function show(service: ServiceFacts, fleet: FleetFacts, range: Range, now: number): Record<string, unknown> {
  const { instances, counts: _, events_by_type: __, ...rest } = showService(service, now)
  const states = Object.groupBy(service.instances, ({ state }) => state)
  return {
    ...rest,
    instances: Object.fromEntries(Object.entries(states).map(([state, all]) => [state, all.length])),
    instances_known: (instances as unknown[]).length,
    errors: service.errors + service.exceptions,
    requests: requestsOf(service, fleet, range, now),
    uptime: uptimeOf(service, fleet, now),
    marks: marksOf(service, range.since).map((mark) => ({ ...mark, at: iso(mark.at) })),
    started_at: iso(
      marksOf(service, 0).findLast(({ kind }) => kind === 'start' || kind === 'deploy')?.at ?? null,
    ),
  }
}

function requestsOf(
  { name }: ServiceFacts,
  { requests }: FleetFacts,
  { since, step }: Range,
  now: number,
): Record<string, unknown> | null {
  const found = requests.find(({ service }) => service === name)
  if (!found) return null
  const { calls, errors, p50, p95, p99 } = found.total
  const { series } = found
  const first = since + series.calls.findIndex((count) => count > 0) * step
  return {
    total: calls,
    errors,
    // A service that is young took what it took in less than the whole window.
    calls_per_second: rounded(calls / Math.max(1, (now - Math.max(since, first)) / 1000)),
    error_ratio: calls === 0 ? 0 : rounded(errors / calls),
    p50_ms: p50,
    p95_ms: p95,
    p99_ms: p99,
    series: {
      calls: series.calls,
      errors: series.errors,
      p50_ms: series.p50,
      p95_ms: series.p95,
      p99_ms: series.p99,
    },
  }
}

function uptimeOf(
  { name, state }: ServiceFacts,
  { histories, absences }: FleetFacts,
  now: number,
): Record<string, unknown> {
  const own = histories.filter(({ service }) => service === name)
  // A service is as its best environment is.
  const history = own.find((history) => history.state === state) ?? own[0]
  const strip = { since: iso(now - STRIP.length), step_s: STRIP.length / STRIP.count / 1000 }
  if (!history) return { share: null, ...strip, states: [] }
  const spans = uptimeSpans(history, absences, { from: now - STRIP.length, to: now, count: STRIP.count })
  return { share: uptimeShare(totalOf(spans)), ...strip, states: spans.map(gravestOf) }
}

function gravestOf({ inState }: UptimeSpan): UptimeState {
  return GRAVEST.find((state) => inState[state] > 0) ?? 'unknown'
}

/** As many digits as tell something. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}

function iso(ms: number): string
function iso(ms: number | null): string | null
function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
