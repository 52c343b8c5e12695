import type { Answer } from '../../api/client.ts'
import { percent } from '../../format/numbers.ts'
import { ago, lasting } from '../../format/time.tsx'

export type Fleet = Answer<'fleet'>
export type Service = Fleet['services'][number]
export type State = Service['state']
export type Window = '1h' | '6h' | '24h' | '7d'

export const WINDOWS: readonly { value: Window; label: string }[] = [
  { value: '1h', label: '1 hour' },
  { value: '6h', label: '6 hours' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
]

/** The gravest first. */
export const STATES: readonly State[] = ['crashed', 'silent', 'late', 'up', 'stopped', 'unknown']

/** A share of failed requests from which on a service needs a look, and how many requests make it worth one. */
const FAILING = { share: 0.05, requests: 20 }

export function isFailing({ requests }: Service): boolean {
  return requests !== null && requests.total >= FAILING.requests && requests.error_ratio >= FAILING.share
}

/** How much a service needs to be looked at: gravest state first, then what fails. */
function gravity(service: Service): number {
  const state = STATES.indexOf(service.state)
  const trouble = state < STATES.indexOf('up')
  if (trouble) return state
  return isFailing(service)
    ? STATES.indexOf('up') - 0.5
    : STATES.indexOf('up') + (service.state === 'up' ? 0 : 1)
}

export type Order = 'trouble' | 'name' | 'rate' | 'errors' | 'p95'

const ORDERS: Record<Order, (a: Service, b: Service) => number> = {
  trouble: (a, b) => gravity(a) - gravity(b),
  name: () => 0,
  rate: (a, b) => (b.requests?.calls_per_second ?? -1) - (a.requests?.calls_per_second ?? -1),
  errors: (a, b) => (b.requests?.error_ratio ?? -1) - (a.requests?.error_ratio ?? -1),
  p95: (a, b) => (b.requests?.p95_ms ?? -1) - (a.requests?.p95_ms ?? -1),
}

export function inOrder(services: readonly Service[], order: string): Service[] {
  const compare = ORDERS[order as Order] ?? ORDERS.trouble
  return services.toSorted((a, b) => compare(a, b) || (a.name < b.name ? -1 : 1))
}

/** What is wrong with a service, as the end of a sentence that begins with its name; undefined where nothing is. */
export function troubleOf(service: Service, now: number): string | undefined {
  const since = service.state_since === null ? now : Date.parse(service.state_since)
  const seen = Date.parse(service.last_heartbeat ?? service.last_seen)
  if (service.state === 'crashed') return `crashed ${ago(since, now)}`
  if (service.state === 'silent') return `has been silent for ${lasting(seen, now)}`
  if (service.state === 'late') return `is late, last heard of ${ago(seen, now)}`
  return isFailing(service) ? `fails ${percent(service.requests!.error_ratio)} of its requests` : undefined
}

/** Counts of steps as rates; the last step has only begun, and is left out where it says too little. */
export function ratesOf({ now, until, step_s }: Fleet, counts: readonly number[]): number[] {
  const lasted = step_s - (Date.parse(until) - Date.parse(now)) / 1000
  const rates = counts.map((count, index) => count / (index === counts.length - 1 ? lasted : step_s))
  return lasted < step_s / 5 ? rates.slice(0, -1) : rates
}

/** All requests together. */
export function totalsOf(services: readonly Service[]): { perSecond: number; errorRatio: number } {
  const requests = services.flatMap(({ requests }) => requests ?? [])
  const sum = (of: (each: (typeof requests)[number]) => number) =>
    requests.reduce((all, each) => all + of(each), 0)
  const total = sum(({ total }) => total)
  return {
    perSecond: sum((each) => each.calls_per_second),
    errorRatio: total === 0 ? 0 : sum(({ errors }) => errors) / total,
  }
}
