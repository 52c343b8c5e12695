import { Readable } from 'node:stream'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { get, type IncomingMessage } from 'node:http'
import { type Hub, logContext } from '@hubline/core'
import { currentExchange } from '@hubline/core/adapter'

/** What a route of the scenario gets to see, in any framework. */
export interface Call {
  params: Record<string, string>
  body: unknown
  /** The handle as the framework hands it out; undefined in the bare app. */
  hub: Hub | undefined
  /** Node's own request, whatever the framework makes of it. */
  raw: IncomingMessage
}

/** What a route does, for each framework to do in its own way. */
export type Behaviour =
  /** Answers with JSON. */
  | { does: 'answer'; status?: number; json: (call: Call) => unknown }
  /** Throws before it returns. */
  | { does: 'throw'; error: () => unknown }
  /** Rejects, after an await. */
  | { does: 'reject'; error: () => unknown }
  /** Hands the error over by the framework's other way, such as `next(error)`. */
  | { does: 'pass'; error: () => unknown }
  /** Sends text in chunks, and breaks where one is an error. */
  | { does: 'stream'; chunks: readonly (string | Error)[] }
  /** Answers with JSON by itself, then throws. */
  | { does: 'late'; json: object; error: () => unknown }
  /** Writes the head and some text by itself, then throws. */
  | { does: 'spill'; text: string; error: () => unknown }
  /** Server-sent events, after which the answer ends or stays open. */
  | { does: 'events'; events: readonly string[]; endless?: true }
  /** Never answers. */
  | { does: 'hang'; reached: (call: Call) => void }

export type Route = Behaviour & {
  method: 'GET' | 'POST'
  /** With `:name` for parameters, below `under`. */
  path: string
  /** The pattern of the adapter's that matches `path`, where frameworks differ; it is the route. */
  pattern?: keyof Patterns
  /** Mount paths of nested routers, prefixes or modules, outermost first. */
  under?: readonly string[]
  /** Where frameworks nest whole apps: below `under` stands an app of its own. */
  subApp?: true
  /** Thrown by what stands before the handler: middleware, a hook, a guard. */
  guard?: () => unknown
  /** What the body must have; the framework's own validation answers 400 where it has one. */
  needs?: string
  /**
   * Outside the scope of the app's error handler, where the framework has such scopes; an app that has none lets its
   * handler pass the error on.
   */
  unguarded?: true
}

/** What each framework writes in a way of its own. */
export interface Patterns {
  /** `/maybe`, and one segment more. */
  optional?: string
  /** `/digits/` and a number. */
  digits?: string | RegExp
}

/** The app's own error handler answers this with its status and `TEAPOT_BODY`; every other error it passes on. */
export class TeapotError extends Error {
  override name = 'TeapotError'
  readonly answer: number

  constructor(message: string, answer = 418) {
    super(message)
    this.answer = answer
  }
}

export const TEAPOT_BODY = { error: 'short and stout' }

/** What the client of /custom must never have sent on. */
export const SECRET = 'hunter2'

/** A call that is part of another trace, by the app's own will. */
export const OWN_TRACEPARENT = '00-11111111111111111111111111111111-2222222222222222-00'

/** More than the buffers on the way hold. */
export const DOWNLOAD: readonly string[] = Array.from({ length: 64 }, () => 'x'.repeat(64 * 1024))

const ok = { ok: true }

/** The app that every framework builds: Hubline's line first, these routes, then the error handler. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/ok', does: 'answer', json: () => ok },
  { method: 'GET', path: '/users/:id', does: 'answer', json: ({ params }) => ({ id: params['id'] }) },
  {
    method: 'GET',
    under: ['/shops/:shop'],
    path: '/items/:item',
    does: 'answer',
    json: () => ok,
  },
  {
    method: 'GET',
    under: ['/shops/:shop'],
    path: '/fail',
    does: 'throw',
    error: () => new Error('one deep'),
  },
  {
    method: 'GET',
    under: ['/shops/:shop', '/shelves/:shelf'],
    path: '/fail',
    does: 'pass',
    error: () => new Error('two deep'),
  },
  {
    method: 'GET',
    under: ['/shops/:shop', '/shelves/:shelf'],
    path: '/guarded',
    does: 'answer',
    json: () => ok,
    guard: () => new Error('not let in two deep'),
  },
  {
    method: 'GET',
    under: ['/tenants/:tenant'],
    subApp: true,
    path: '/users/:id',
    does: 'answer',
    json: ({ params }) => ({ id: params['id'] }),
  },
  {
    method: 'GET',
    under: ['/tenants/:tenant'],
    subApp: true,
    path: '/fail',
    does: 'throw',
    error: () => new Error('in an app below'),
  },
  { method: 'GET', path: '/maybe', pattern: 'optional', does: 'answer', json: () => ok },
  { method: 'GET', path: '/digits/42', pattern: 'digits', does: 'answer', json: () => ok },
  { method: 'POST', path: '/echo', does: 'answer', json: ({ hub, body }) => ({ body, ...seen(hub) }) },
  { method: 'GET', path: '/headers', does: 'answer', json: ({ hub }) => hub?.headers() ?? {} },
  { method: 'GET', path: '/calls/:port', does: 'answer', json: calls },
  { method: 'GET', path: '/ids', does: 'answer', json: () => ({ ...logContext() }) },
  { method: 'GET', path: '/slow', does: 'answer', json: slow },
  { method: 'GET', path: '/raw', does: 'answer', json: heard },
  { method: 'GET', path: '/custom', does: 'answer', json: custom },
  { method: 'GET', path: '/plain500', does: 'answer', status: 500, json: () => ({ ok: false }) },
  { method: 'GET', path: '/throw', does: 'throw', error: () => new RangeError('thrown') },
  { method: 'GET', path: '/reject', does: 'reject', error: () => new TypeError('rejected') },
  { method: 'GET', path: '/next', does: 'pass', error: () => new SyntaxError('passed on') },
  { method: 'GET', path: '/teapot', does: 'throw', error: () => new TeapotError('cannot brew coffee') },
  { method: 'GET', path: '/kettle', does: 'throw', error: () => new TeapotError('boiled over', 503) },
  {
    method: 'GET',
    path: '/guarded',
    does: 'answer',
    json: () => ok,
    guard: () => new RangeError('not let in'),
  },
  { method: 'GET', path: '/circular', does: 'answer', json: circular },
  { method: 'GET', path: '/caused', does: 'throw', error: caused },
  { method: 'GET', path: '/aggregate', does: 'throw', error: aggregate },
  { method: 'POST', path: '/named', does: 'answer', json: () => ok, needs: 'name' },
  { method: 'GET', path: '/boom', does: 'throw', error: () => 'boom', unguarded: true },
  { method: 'GET', path: '/stream', does: 'stream', chunks: ['one,', 'two,', 'three'] },
  { method: 'GET', path: '/broken-stream', does: 'stream', chunks: ['one,', new RangeError('broke')] },
  { method: 'GET', path: '/late', does: 'late', json: ok, error: () => new RangeError('too late') },
  { method: 'GET', path: '/spill', does: 'spill', text: 'one,', error: () => new RangeError('spilt') },
  { method: 'GET', path: '/events', does: 'events', events: ['one', 'two', 'three'] },
  { method: 'GET', path: '/events/endless', does: 'events', events: ['one'], endless: true },
  { method: 'GET', path: '/download', does: 'stream', chunks: DOWNLOAD },
  { method: 'GET', path: '/abort', does: 'hang', reached: ({ hub }) => void hub?.event('contract.reached') },
  { method: 'GET', path: '/health', does: 'answer', json: () => ok },
  { method: 'GET', path: '/health/broken', does: 'throw', error: () => new RangeError('unwell') },
]

/** The chunks of a stream route, one for each turn of the event loop. */
export function streamOf(chunks: readonly (string | Error)[]): Readable {
  async function* flow(): AsyncGenerator<string> {
    for (const chunk of chunks) {
      await turn()
      if (chunk instanceof Error) throw chunk
      yield chunk
    }
  }
  return Readable.from(flow(), { objectMode: false })
}

function circular(): object {
  const loop: { self?: object } = {}
  loop.self = loop
  return loop
}

function caused(): Error {
  const root = new RangeError('no such shelf')
  return new Error('no cup', { cause: new TypeError('no shelf', { cause: root }) })
}

function aggregate(): Error {
  return new AggregateError([new RangeError('left'), new TypeError('right')], 'both hands full')
}

/** What the route tells of its own exchange: what the context says, and what goes out with calls. */
function seen(hub: Hub | undefined): object {
  const exchange = currentExchange()
  return { trace_id: exchange?.traceId, correlation_id: exchange?.correlationId, headers: hub?.headers() }
}

/** Calls on to a server of the test in each way that an app may. */
async function calls({ params }: Call): Promise<object> {
  const url = `http://127.0.0.1:${params['port']}`
  await fetch(`${url}/fetch`)
  await fetch(`${url}/own`, { headers: { traceparent: OWN_TRACEPARENT } })
  await new Promise((resolve) => get(`${url}/http`, (response) => response.resume().once('end', resolve)))
  return ok
}

async function slow({ hub }: Call): Promise<object> {
  await delay(5)
  hub?.event('contract.slow.done', { step: 2 })
  return ok
}

/** Reads the body of a GET, which no framework does, and tells what the context says where it ends. */
function heard({ hub, raw }: Call): Promise<object> {
  return new Promise((resolve) => {
    raw.on('data', () => hub?.event('contract.heard'))
    raw.once('end', () => setImmediate(() => resolve({ ...logContext() })))
    hub?.event('contract.reached')
  })
}

function custom({ hub }: Call): object {
  hub?.interaction('order_placed', { order_id: 42, password: SECRET })
  hub?.metric('daily_orders', 42)
  hub?.event('contract.order.placed', { order_id: 42, customer: { api_key: SECRET } }, { tags: ['contract'] })
  hub?.error(new Error(`cannot reach postgres://shop:${SECRET}@db/orders`), { severity: 'warning' })
  return ok
}
