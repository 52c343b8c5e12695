import { Random } from '../life/random.ts'
import { SERVICES, TENANTS, USERS, WORDS } from '../life/bodies.ts'

export interface World {
  /** Of all that is stored. */
  traces: readonly string[]
  /** Milliseconds since the epoch: the time of the newest spans and logs. */
  nowMs: number
}

const HOUR_MS = 3_600_000
const LIMIT = 50
const random = new Random(3)

/** What a person asks for, by name: the path of one such question, each time another one. */
export const QUESTIONS: Readonly<Record<string, (world: World) => string>> = {
  'a trace by its id': ({ traces }) => `/api/v1/traces/${random.pick(traces)}`,
  'traces, last hour': (world) => traces(world, {}),
  'traces, last hour, of a service': (world) => traces(world, { service: service() }),
  'traces, last hour, failed': (world) => traces(world, { status: 'error' }),
  'traces, last hour, slow': (world) => traces(world, { min_duration: random.pick(['500ms', '1s', '2s']) }),
  'traces, last hour, by attribute (1 span in 200)': (world) =>
    traces(world, { attr: `tenant.id:tenant-${random.below(TENANTS)}` }),
  'traces, last hour, by attribute (1 span in 50,000)': (world) =>
    traces(world, { attr: `user.id:user-${random.below(USERS)}` }),
  'spans, last hour, counted over time': ({ nowMs }) =>
    list('/api/v1/traces/stats', {
      since: iso(nowMs - HOUR_MS),
      until: iso(nowMs),
      buckets: 20 + 10 * random.below(5),
    }),
  'events, last hour': () => events({}),
  'events, last hour, of a service': () => events({ source: service() }),
  'events, last hour, errors': () => events({ min_severity: 'error' }),
  'events, last hour, counted over time': () => list('/api/v1/hub/stats', { since: since(Date.now()) }),
  'list of errors': () =>
    list('/api/v1/errors', { limit: LIMIT, ...(random.chance(0.5) && { service: service() }) }),
  'list of services': () => '/api/v1/services',
  'map of services, last hour': ({ nowMs }) =>
    list('/api/v1/service-map', { since: since(nowMs), until: iso(nowMs) }),
  'logs with a word, last hour': (world) => logs(world, random.pick(WORDS)),
  'logs with two words, of a service, last hour': (world) =>
    logs(world, `${random.pick(WORDS)} ${random.pick(WORDS)}`, { service: service() }),
}

const service = () => random.pick(SERVICES).name

const traces = ({ nowMs }: World, filter: Record<string, string>) =>
  list('/api/v1/traces', { since: since(nowMs), limit: LIMIT, ...filter })

const events = (filter: Record<string, string>) =>
  list('/api/v1/hub/events', { since: since(Date.now()), order: 'desc', limit: LIMIT, ...filter })

const logs = ({ nowMs }: World, words: string, filter: Record<string, string> = {}) =>
  list('/api/v1/logs', { since: since(nowMs), limit: LIMIT, q: words, ...filter })

/** An hour ago, more or less a minute. */
function since(nowMs: number): string {
  return iso(nowMs - HOUR_MS + random.below(60_000))
}

const iso = (ms: number) => new Date(ms).toISOString()

function list(path: string, query: Record<string, string | number>): string {
  const given = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return `${path}?${new URLSearchParams(given)}`
}
