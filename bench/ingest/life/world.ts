import { Random } from './random.ts'

export interface Operation {
  method: string
  route: string
  /** Median, in milliseconds. */
  takes: number
}

export interface Service {
  name: string
  instances: string[]
  operations: Operation[]
  /** What it keeps its data in. */
  database: string
  /** Of those after it in the list. */
  calls: number[]
}

const DOMAINS = [
  'shop',
  'orders',
  'payments',
  'catalog',
  'search',
  'users',
  'stock',
  'shipping',
  'mail',
  'reports',
]
const KINDS = ['gateway', 'api', 'worker', 'store']
const THINGS = ['items', 'carts', 'invoices', 'accounts', 'parcels', 'prices', 'reviews', 'sessions']
const INSTANCES = 3
const OPERATIONS = 8

/** Forty services in layers: those of a layer call some of the layers below. */
export function makeServices(random: Random): Service[] {
  const names = KINDS.flatMap((kind) => DOMAINS.map((domain) => `${domain}-${kind}`))
  return names.map((name, index) => ({
    name,
    instances: Array.from({ length: INSTANCES }, (_, n) => `${name}-${n}`),
    operations: Array.from({ length: OPERATIONS }, (_, n) => ({
      method: n % 3 === 2 ? 'POST' : 'GET',
      route: `/${THINGS[(index + n) % THINGS.length]}${n % 2 === 0 ? '/:id' : ''}${n > 3 ? '/details' : ''}`,
      takes: random.lognormal(30, 0.8),
    })),
    database: random.pick(['postgresql', 'redis', 'mongodb']),
    calls: below(random, index, names.length),
  }))
}

function below(random: Random, index: number, all: number): number[] {
  const next = (Math.floor(index / DOMAINS.length) + 1) * DOMAINS.length
  if (next >= all) return []
  return Array.from({ length: 4 }, () => next + random.below(Math.min(2 * DOMAINS.length, all - next)))
}

/** A span before it is encoded. Times are milliseconds from the start of the trace. */
export interface SpanDraft {
  parent?: SpanDraft
  service: number
  instance: string
  kind: 'server' | 'client' | 'internal' | 'database'
  name: string
  operation?: Operation
  start: number
  end: number
  failed: boolean
  /** Whether this is where the error was thrown. */
  throws: boolean
  /** Of a call: the service it goes to. */
  callee?: number
}

const LARGEST_TRACE = 50
const FAILURES = 0.008
const FAILURE_GOES_UP = 0.6

/** A trace of 1 to 50 spans, in the order in which they started to be made. */
export function makeTrace(services: readonly Service[], random: Random): SpanDraft[] {
  const size = Math.min(LARGEST_TRACE, Math.max(1, Math.floor(random.lognormal(4.5, 0.9))))
  const spans = [serverSpan(services, random, random.pickEarly(services.slice(0, DOMAINS.length)))]
  // A call has one answer, a database none of its own.
  const open = [spans[0]!]
  while (spans.length < size) {
    const parent = open[Math.floor(random.next() ** 0.5 * open.length)]!
    const span = childOf(parent, services, random)
    if (parent.kind === 'client') open.splice(open.indexOf(parent), 1)
    if (span.kind !== 'database') open.push(span)
    spans.push(span)
  }
  for (const span of spans) if (random.chance(FAILURES)) fail(span, random)
  return spans
}

function serverSpan(
  services: readonly Service[],
  random: Random,
  service: Service,
  parent?: SpanDraft,
): SpanDraft {
  const operation = random.pickEarly(service.operations)
  const within = parent && parent.end - parent.start
  const start = parent ? parent.start + within! * random.next() * 0.1 : 0
  const takes = random.lognormal(operation.takes, 1.1)
  return {
    ...(parent && { parent }),
    service: services.indexOf(service),
    instance: random.pick(service.instances),
    kind: 'server',
    name: `${operation.method} ${operation.route}`,
    operation,
    start,
    end: start + (within === undefined ? takes : within * 0.9),
    failed: false,
    throws: false,
  }
}

function childOf(parent: SpanDraft, services: readonly Service[], random: Random): SpanDraft {
  if (parent.kind === 'client') return serverSpan(services, random, services[parent.callee!]!, parent)
  const service = services[parent.service]!
  const within = parent.end - parent.start
  const start = parent.start + within * random.next() * 0.7
  const shared = {
    parent,
    service: parent.service,
    instance: parent.instance,
    start,
    end: start + (parent.end - start) * random.next(),
    failed: false,
    throws: false,
  }
  if (service.calls.length > 0 && random.chance(0.4)) {
    const operation = random.pickEarly(service.operations)
    return {
      ...shared,
      kind: 'client',
      name: operation.method,
      operation,
      callee: random.pick(service.calls),
    }
  }
  if (random.chance(0.25)) return { ...shared, kind: 'internal', name: `render ${random.pick(THINGS)}` }
  return {
    ...shared,
    kind: 'database',
    name: `${random.pick(['SELECT', 'INSERT', 'UPDATE'])} ${random.pick(THINGS)}`,
  }
}

/** Some errors go up to those who called, most do not reach the first of them. */
function fail(thrown: SpanDraft, random: Random): void {
  thrown.throws = true
  let span: SpanDraft | undefined = thrown
  do {
    span.failed = true
    span = span.parent
  } while (span && random.chance(FAILURE_GOES_UP))
}
