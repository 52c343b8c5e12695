import type { FastifyInstance } from 'fastify'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import type { InstanceFacts, ServiceFacts } from '../services/facts.ts'
import { instanceState, serviceState } from '../services/state.ts'

/** Which services there are and how they are. */
export function serviceRoutes(app: FastifyInstance, { store, clock }: Context): void {
  route(app, '/api/v1/services', {
    GET: [
      'read',
      async ({ access }) => {
        const services = await store().services()
        const own = services.filter(({ name }) => mayRead(access, name))
        return { data: own.map((facts) => showService(facts, clock())) }
      },
    ],
  })
  route(app, '/api/v1/services/:name', {
    GET: [
      'read',
      async ({ access, params }) => {
        const { name } = params as { name: string }
        const facts = mayRead(access, name) ? await store().service(name) : undefined
        if (!facts) throw unknownService(name)
        return showService(facts, clock())
      },
    ],
  })
  route(app, '/api/v1/services/:name/delivery', {
    GET: [
      'read',
      async ({ access, params }) => {
        const { name } = params as { name: string }
        const delivery = mayRead(access, name) ? await store().delivery(name) : undefined
        if (!delivery) throw unknownService(name)
        return delivery
      },
    ],
  })
}

function mayRead({ source }: Access, name: string): boolean {
  return source === null || source === name
}

function unknownService(name: string): HttpError {
  return new HttpError('not_found', `nothing has come from a service "${name.slice(0, 100)}"`)
}

function showService(facts: ServiceFacts, now: number): Record<string, unknown> {
  const newest = <Key extends 'env' | 'version'>(key: Key) =>
    facts.instances.find((instance) => instance[key] !== null)?.[key] ?? null
  const heartbeats = facts.instances.map(({ heartbeatAt }) => heartbeatAt ?? 0)
  const instances = facts.instances.map((instance) => showInstance(instance, now))
  const { events, errors, spans, spanErrors, exceptions, logs, metrics } = facts
  return {
    name: facts.name,
    state: serviceState(facts, now),
    env: newest('env'),
    version: newest('version'),
    first_seen: iso(facts.firstSeen),
    last_seen: iso(facts.lastSeen),
    last_heartbeat: iso(Math.max(0, ...heartbeats) || null),
    instances_up: instances.filter(({ state }) => state === 'up').length,
    counts: { events, errors, spans, span_errors: spanErrors, exceptions, logs, metrics },
    events_by_type: facts.eventsByType,
    instances,
  }
}

function showInstance(facts: InstanceFacts, now: number): Record<string, unknown> {
  return {
    instance: facts.instance || null,
    state: instanceState(facts, now),
    env: facts.env,
    version: facts.version,
    host: facts.host,
    first_seen: iso(facts.firstSeen),
    last_seen: iso(facts.lastSeen),
    last_heartbeat: iso(facts.heartbeatAt),
    heartbeat_interval_s: facts.intervalS,
    status: facts.status,
    lifecycle: facts.lifecycle,
    lifecycle_at: iso(facts.lifecycleAt),
    counts: { events: facts.events, errors: facts.errors },
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
