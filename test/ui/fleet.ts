import { newEventId } from '@hubline/core/wire'
import { vi } from 'vitest'
import { sendEvents, sendLogs, sendSpans, type SentEvent, type SentLog, type SentSpan } from './send.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Over which requests are spread. */
const STORY_MS = 57 * MINUTE

interface Member {
  version: string
  instances: number
  /** Seconds. */
  interval: number
  /** Of the newest sign of life; milliseconds. */
  age: number
  goodbye?: 'stopped' | 'crashed'
  /** How long before that it started; milliseconds. */
  ran: number
  /** The version before, which stopped as this one started. */
  before?: string
  /** When nothing was heard of it though it ran, hours before now. */
  gap?: readonly [from: number, until: number]
}

/** What a shop runs; every state that a service can be in. */
const FLEET: Record<string, Member> = {
  storefront: { version: '3.8.1', instances: 3, interval: 60, age: 4000, ran: 38 * MINUTE, before: '3.8.0' },
  checkout: { version: '2.14.0', instances: 2, interval: 60, age: 9000, ran: 21 * HOUR },
  payments: { version: '1.9.3', instances: 2, interval: 60, age: 2000, ran: 17 * MINUTE, before: '1.9.2' },
  inventory: {
    version: '4.2.0',
    instances: 2,
    interval: 60,
    age: 12_000,
    ran: 30 * HOUR,
    gap: [7.2, 5.6],
  },
  search: {
    version: '0.12.5',
    instances: 1,
    interval: 240,
    age: 7 * MINUTE,
    ran: 29 * HOUR,
    gap: [16.4, 16],
  },
  mailer: { version: '1.3.2', instances: 1, interval: 60, age: 19 * MINUTE, ran: 26 * HOUR },
  'invoice-export': {
    version: '2.0.0',
    instances: 1,
    interval: 300,
    age: 32 * MINUTE,
    goodbye: 'stopped',
    ran: 40 * MINUTE,
  },
  recommender: {
    version: '0.4.0',
    instances: 1,
    interval: 60,
    age: 6 * MINUTE,
    goodbye: 'crashed',
    ran: 27 * HOUR,
    gap: [3.1, 2.8],
  },
}

/** One step of a request: what a service or its client does, and what it calls meanwhile. */
interface Step {
  service: string
  name: string
  /** A request that a service answers; otherwise a call out or work within. */
  status?: number
  at: number
  ms: number
  kind?: 'client' | 'internal'
  steps?: Step[]
  /** Said `at` milliseconds after the trace began. */
  says?: { at: number; type: string; payload: Record<string, unknown>; log?: string }[]
}

const edge = (name: string, status: number, ms: number, step: Step): Step => {
  return {
    service: 'edge',
    name,
    at: 0,
    ms: ms + 2.6,
    kind: 'client',
    steps: [{ ...step, name, status, at: 1.2, ms }],
  }
}

const ORDER: Step = edge('POST /checkout', 201, 184, {
  service: 'storefront',
  name: '',
  at: 0,
  ms: 0,
  steps: [
    { service: 'storefront', name: 'GET session', at: 3.1, ms: 1.9, kind: 'client' },
    {
      service: 'checkout',
      name: 'POST /orders',
      status: 201,
      at: 8.4,
      ms: 171.2,
      steps: [
        {
          service: 'inventory',
          name: 'POST /reservations',
          status: 201,
          at: 12.7,
          ms: 38.5,
          steps: [{ service: 'inventory', name: 'UPDATE stock', at: 19.3, ms: 26.1, kind: 'client' }],
        },
        {
          service: 'payments',
          name: 'POST /charges',
          status: 201,
          at: 55.6,
          ms: 92.8,
          steps: [
            { service: 'payments', name: 'POST /v1/payment_intents', at: 61.2, ms: 79.4, kind: 'client' },
          ],
          says: [
            {
              at: 144.1,
              type: 'MetricReported',
              payload: { metric: 'charge_amount', value: 129.9, unit: 'EUR', period: 'once' },
            },
          ],
        },
        { service: 'checkout', name: 'INSERT orders', at: 152.3, ms: 14.6, kind: 'client' },
      ],
      says: [
        {
          at: 169.5,
          type: 'InteractionDetected',
          payload: { action: 'order_placed', order_id: 'A-20417', items: 3, total: 129.9 },
          log: 'hub.interaction',
        },
      ],
    },
  ],
})

const DECLINED: Step = edge('POST /checkout', 502, 141, {
  service: 'storefront',
  name: '',
  at: 0,
  ms: 0,
  steps: [
    {
      service: 'checkout',
      name: 'POST /orders',
      status: 502,
      at: 6.2,
      ms: 131.4,
      steps: [
        {
          service: 'inventory',
          name: 'POST /reservations',
          status: 201,
          at: 9.8,
          ms: 21.3,
          steps: [{ service: 'inventory', name: 'UPDATE stock', at: 12.4, ms: 15.8, kind: 'client' }],
        },
        {
          service: 'payments',
          name: 'POST /charges',
          status: 500,
          at: 34.9,
          ms: 88.2,
          steps: [
            { service: 'payments', name: 'POST /v1/payment_intents', at: 38.7, ms: 80.1, kind: 'client' },
          ],
          says: [
            {
              at: 121.6,
              type: 'ErrorReported',
              payload: {
                severity: 'error',
                error_type: 'GatewayTimeout',
                message: 'card processor gave no answer within 80 ms',
                method: 'POST',
                route: '/charges',
                status: 500,
                handled: true,
              },
              log: 'http.server.request.exception',
            },
          ],
        },
        { service: 'inventory', name: 'DELETE /reservations/:id', status: 204, at: 126.8, ms: 7.1 },
      ],
    },
  ],
})

const PRODUCT: Step = edge('GET /products/:slug', 200, 23, {
  service: 'storefront',
  name: '',
  at: 0,
  ms: 0,
  steps: [
    { service: 'storefront', name: 'render product', at: 14.2, ms: 8.1, kind: 'internal' },
    { service: 'inventory', name: 'GET /stock/:sku', status: 200, at: 4.1, ms: 7.6 },
  ],
})

const SEARCH: Step = edge('GET /search', 200, 48, {
  service: 'storefront',
  name: '',
  at: 0,
  ms: 0,
  steps: [{ service: 'storefront', name: 'GET /query', at: 4.8, ms: 36.2, kind: 'client' }],
})
const CART: Step = edge('PUT /cart/items/:sku', 422, 6.4, { service: 'storefront', name: '', at: 0, ms: 0 })

/** Tells a plausible story of a shop's last minutes to a collector, over its HTTP doors. */
export async function sendFleet(
  url: string,
  now: number,
  requests: number,
): Promise<{ orderTrace: string; failedTrace: string }> {
  const random = randomFrom(7)
  for (const [source, member] of Object.entries(FLEET)) {
    await sendEvents(url, introduction(source, member, now))
  }
  const stories: Story[] = []
  for (let index = 0; index < requests; index++) {
    const turn = random()
    const step =
      turn < 0.5 ? PRODUCT : turn < 0.7 ? SEARCH : turn < 0.9 ? ORDER : turn < 0.97 ? CART : DECLINED
    stories.push(
      tell(step, now - STORY_MS + swell(index / requests) * (STORY_MS - 8000), 0.7 + random(), now),
    )
  }
  const last = [
    PRODUCT,
    ORDER,
    SEARCH,
    PRODUCT,
    CART,
    PRODUCT,
    SEARCH,
    PRODUCT,
    ORDER,
    SEARCH,
    PRODUCT,
    CART,
    PRODUCT,
    SEARCH,
    DECLINED,
    PRODUCT,
    SEARCH,
    ORDER,
    CART,
    PRODUCT,
    SEARCH,
  ]
  const latest = last.map((step, index) =>
    tell(step, now - 6000 + index * 280, step === ORDER || step === DECLINED ? 1 : 0.8 + random() / 2, now),
  )
  for (let from = 0; from < stories.length; from += 400) await send(url, stories.slice(from, from + 400))
  // One by one, as requests end one by one: lists of the newest go by arrival.
  for (const story of latest) await send(url, [story])
  return { orderTrace: latest[17]!.traceId, failedTrace: latest[14]!.traceId }
}

async function send(url: string, stories: Story[]): Promise<void> {
  await sendSpans(
    url,
    stories.flatMap(({ spans }) => spans),
  )
  await sendLogs(
    url,
    stories.flatMap(({ logs }) => logs),
  )
  const events = stories.flatMap(({ events }) => events)
  await sendEvents(
    url,
    events.toSorted((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1)),
  )
}

/**
 * Lets the fleet live the day before, heartbeat by heartbeat.
 *
 * @param setClock of the collector; milliseconds since the epoch
 */
export async function liveDay(url: string, now: number, setClock: (ms: number) => void): Promise<void> {
  for (let at = now - 25 * HOUR; at < now; at += MINUTE) {
    setClock(at)
    const beats = Object.entries(FLEET).flatMap(([source, member]) => beatsAt(source, member, now, at))
    if (beats.length > 0) await sendEvents(url, beats)
    const returning = Object.entries(FLEET).filter(([, { gap }]) => {
      return gap && Math.round((now - at) / MINUTE) === Math.round((gap[1] * HOUR) / MINUTE) + 1
    })
    for (const [source] of returning) await silent(url, source)
  }
  setClock(now)
}

/** Waits until the collector has looked out for a service that is not heard of. */
async function silent(url: string, source: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { state } = (await (await fetch(`${url}/api/v1/services/${source}`)).json()) as { state: string }
      if (state !== 'silent') throw new Error(`${source} is ${state}`)
    },
    { timeout: 20_000 },
  )
}

function beatsAt(source: string, member: Member, now: number, at: number): SentEvent[] {
  const { instances, interval, age, before, gap } = member
  const [from = 0, until = 0] = gap ?? []
  const isQuiet = at > now - age || (at > now - from * HOUR && at < now - until * HOUR)
  const isNew = at >= startOf(source, now)
  if (isQuiet || (!isNew && before === undefined) || Math.round((now - at) / MINUTE) % (interval / 60) > 0)
    return []
  return Array.from({ length: instances }, (_, index) => ({
    id: newEventId(at),
    type: 'AgentHeartbeat',
    source,
    env: 'production',
    instance: `${source}-${isNew ? '' : 'old-'}${index + 1}`,
    occurred_at: iso(at),
    payload: { status: 'healthy', interval_s: interval },
  }))
}

/** Requests come in waves: from a share of them to a share of the time. */
function swell(share: number): number {
  return share + Math.sin(share * 6 * Math.PI) / 40 + Math.sin(share * 34 * Math.PI) / 260
}

/** When the instances that run now were started; milliseconds since the epoch. */
function startOf(source: string, now: number): number {
  const member = FLEET[source]
  return member ? now - member.age - member.ran : 0
}

function introduction(
  source: string,
  { version, instances, interval, age, goodbye, ran, before }: Member,
  now: number,
): SentEvent[] {
  const events: SentEvent[] = []
  const lives = (name: string, number: number, version: string) => {
    const common = { source, env: 'production', instance: `${source}-${name}${number}` }
    const say = (type: string, ms: number, payload: Record<string, unknown>) => {
      events.push({ ...common, id: newEventId(), type, occurred_at: iso(ms), payload })
    }
    const registers = (at: number) => {
      const runtime = 'node 24.21.0'
      say('AppRegistered', at, { version, env: 'production', heartbeat_interval_s: interval, runtime })
      say('LifecycleChanged', at + 1000, {
        state: 'ready',
        address: `http://10.0.3.${10 + number}:8080`,
      })
    }
    return { say, registers }
  }
  for (let number = 1; number <= instances; number++) {
    const at = now - age
    const started = startOf(source, now) + number * 2000
    if (before !== undefined) {
      const old = lives('old-', number, before)
      old.registers(started - 25 * HOUR)
      old.say('LifecycleChanged', started + 500, { state: 'stopped', reason: 'SIGTERM' })
    }
    const { say, registers } = lives('', number, version)
    registers(started)
    say('AgentHeartbeat', at, {
      status: 'healthy',
      interval_s: interval,
      uptime_s: Math.round(ran / 1000),
      rss_bytes: 84_000_000 + number * 3_100_000,
    })
    if (goodbye === 'stopped') say('LifecycleChanged', at, { state: 'stopped', reason: 'SIGTERM' })
    if (goodbye === 'crashed') say('LifecycleChanged', at, { state: 'crashed', reason: 'uncaughtException' })
  }
  return events.toSorted((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1))
}

interface Story {
  traceId: string
  events: SentEvent[]
  spans: SentSpan[]
  logs: SentLog[]
}

/** Makes a request happen: a span for every step, and what services of the fleet say about it. */
function tell(root: Step, begin: number, stretch: number, now: number): Story {
  const story: Story = { traceId: hex(32), events: [], spans: [], logs: [] }
  const { traceId, events, spans, logs } = story

  function go(step: Step, parentSpanId: string | undefined): void {
    const { service, name, status, kind = 'server', steps = [], says = [] } = step
    const start = begin + step.at * stretch
    const durationMs = step.ms * stretch
    const spanId = hex(16)
    const id = newEventId()
    const failed = status !== undefined && status >= 500
    const [method = '', route = ''] = name.split(' ')
    spans.push({
      service,
      traceId,
      spanId,
      name,
      start,
      durationMs,
      ...(parentSpanId !== undefined && { parentSpanId }),
      kind: { internal: 1, server: 2, client: 3 }[kind],
      ...(failed && { error: `HTTP ${status}` }),
      attributes:
        status === undefined
          ? {}
          : {
              'http.request.method': method,
              'http.route': route,
              'http.response.status_code': status,
              'hub.event.id': id,
            },
    })
    const common = {
      source: service,
      env: 'production',
      instance: begin < startOf(service, now) ? `${service}-old-1` : `${service}-1`,
      trace_id: traceId,
      span_id: spanId,
    }
    if (status !== undefined) {
      const outcome = failed ? 'server_error' : status >= 400 ? 'client_error' : 'ok'
      const payload = {
        action: name,
        outcome,
        method,
        route,
        status,
        duration_ms: Math.round(durationMs * 1000) / 1000,
      }
      events.push({
        ...common,
        id,
        type: 'InteractionDetected',
        occurred_at: iso(start + durationMs),
        payload,
      })
    }
    for (const { at, type, payload, log } of says) {
      const when = begin + at * stretch
      const id = newEventId()
      events.push({ ...common, id, type, occurred_at: iso(when), payload })
      const severityNumber = type === 'ErrorReported' ? 17 : 9
      const body = String(payload['message'] ?? payload['action'])
      if (log !== undefined)
        logs.push({
          service,
          traceId,
          spanId,
          at: when,
          severityNumber,
          eventName: log,
          body,
          attributes: { 'hub.event.id': id },
        })
    }
    for (const next of steps) go(next, spanId)
  }

  go(root, undefined)
  return story
}

let made = 0

/** An id that no other has; the same in every run. */
function hex(digits: number): string {
  made++
  return (BigInt(made) * 0x9e3779b97f4a7c15f39cc0605cedc835n)
    .toString(16)
    .padStart(digits, '0')
    .slice(-digits)
}

function randomFrom(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
