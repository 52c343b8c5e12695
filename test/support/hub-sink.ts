import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { HubEvent } from '@hubline/core'
import {
  readLogRecord,
  readMetric,
  type ReadMetric,
  type ReadLogRecord,
  readResource,
  type ReadResource,
  readSpan,
  type ReadSpan,
} from '../../collector/src/otlp/read.ts'
import { decodeExport } from '../../collector/src/otlp/receive.ts'
import { Arrivals } from './arrivals.ts'
import { quietPort } from './ports.ts'

export interface SinkSpan extends ReadSpan {
  resource: ReadResource
}

export interface SinkLog extends ReadLogRecord {
  resource: ReadResource
}

export type SinkMetric = ReadMetric & { resource: ReadResource }

export interface SinkRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** After decompression. */
  body: Buffer
}

/** What the sink does with a request instead of taking it. */
export type Trouble = { status: number; body?: string; headers?: Record<string, string> } | 'drop' | 'hang'

const WAIT_MS = 25_000
const OTLP_PATHS = { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' } as const

/**
 * A real HTTP server that takes hub events and OTLP as a hub does and remembers all of it.
 *
 * @example
 * const sink = await HubSink.open()
 * const event = await sink.event('AppRegistered')
 */
export class HubSink {
  readonly events: HubEvent[] = []
  readonly spans: SinkSpan[] = []
  readonly logs: SinkLog[] = []
  readonly metrics: SinkMetric[] = []
  /** Every request, those that were refused included. */
  readonly requests: SinkRequest[] = []
  /** Asked before a request is taken; undefined takes it. A promise is waited for. */
  trouble: (request: SinkRequest) => Trouble | undefined | Promise<Trouble | undefined> = () => undefined
  readonly #arrivals = new Arrivals()
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(400).end(JSON.stringify({ message: String(error) }))
    })
  })

  /** Listens on a port of its own, or on one that an earlier sink has left. */
  static async open(port = 0): Promise<HubSink> {
    const sink = new HubSink()
    await new Promise<void>((resolve, reject) => {
      sink.#server.once('error', reject).listen(port, '127.0.0.1', resolve)
    })
    return sink
  }

  /** A port on which nothing listens. */
  static freePort(): Promise<number> {
    return quietPort()
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** For HUB_API_URL. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The events of a type, each once: what was not acknowledged in time is sent again. */
  ofType(type: string): HubEvent[] {
    const found = this.events.filter((event) => event.type === type)
    return [...new Map(found.toReversed().map((event) => [event.id, event])).values()].toReversed()
  }

  /** The events that lead a service through its states, in the order in which they were made. */
  states(): HubEvent[] {
    return this.ofType('LifecycleChanged').sort((a, b) => a.seq! - b.seq!)
  }

  /** The first event of a type, or the first that `matches`, now or when it arrives. */
  event(matches: string | ((event: HubEvent) => boolean), timeoutMs: number = WAIT_MS): Promise<HubEvent> {
    const fits = typeof matches === 'string' ? (event: HubEvent) => event.type === matches : matches
    return this.waitFor(() => this.events.find(fits), timeoutMs, String(matches))
  }

  /** Resolves with the first result of `find` that is neither undefined nor false. */
  waitFor<T>(
    find: () => T | undefined | false,
    timeoutMs: number = WAIT_MS,
    what = String(find),
  ): Promise<T> {
    const arrived = (): string =>
      `${what}; there are ${JSON.stringify(this.events.map(({ type }) => type))}, ` +
      `${this.spans.length} spans, ${this.logs.length} logs, ${this.requests.length} requests`
    return this.#arrivals.until(
      () => {
        const found = find()
        return found === false ? undefined : found
      },
      arrived,
      timeoutMs,
    )
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await buffer(incoming)
    const request: SinkRequest = {
      method: incoming.method!,
      path: incoming.url!,
      headers: incoming.headers,
      body: incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw,
    }
    this.requests.push(request)
    this.#arrivals.announce()
    const trouble = await this.trouble(request)
    if (trouble === 'hang') return
    if (trouble === 'drop') return void incoming.socket.destroy()
    if (trouble) {
      response.writeHead(trouble.status, trouble.headers).end(trouble.body)
      return
    }
    const answer = this.#take(request)
    this.#arrivals.announce()
    if (answer === undefined) response.writeHead(404).end()
    else if (answer === 'protobuf')
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #take({ method, path, headers, body }: SinkRequest): object | 'protobuf' | undefined {
    switch (`${method} ${path}`) {
      case 'GET /api/v1/hub/info':
        return { name: 'hub-sink', otlp: OTLP_PATHS }
      case 'POST /api/v1/hub/events': {
        const events = eventsOf(headers['content-type'] ?? '', body.toString())
        this.events.push(...events)
        return { accepted: events.length, rejected: [] }
      }
      case 'POST /v1/traces':
        for (const { span, resource } of decodeExport('traces', 'protobuf', body).rows) {
          this.spans.push({ ...readSpan(span), resource: readResource(resource) })
        }
        return 'protobuf'
      case 'POST /v1/logs':
        for (const { record, resource } of decodeExport('logs', 'protobuf', body).rows) {
          this.logs.push({ ...readLogRecord(record), resource: readResource(resource) })
        }
        return 'protobuf'
      case 'POST /v1/metrics':
        for (const { metric, resource } of decodeExport('metrics', 'protobuf', body).rows) {
          this.metrics.push({ ...readMetric(metric), resource: readResource(resource) })
        }
        return 'protobuf'
      default:
        return undefined
    }
  }
}

/** One event, an array of them, `{events: […]}` or newline-delimited JSON. */
function eventsOf(contentType: string, text: string): HubEvent[] {
  if (contentType.includes('ndjson')) {
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as HubEvent)
  }
  const body = JSON.parse(text) as HubEvent | HubEvent[] | { events: HubEvent[] }
  if (Array.isArray(body)) return body
  return 'events' in body ? body.events : [body]
}
