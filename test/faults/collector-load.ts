import { randomUUID } from 'node:crypto'
import { newEventId } from '@hubline/core/wire'

const EVENTS_PER_BATCH = 20
const SPANS_PER_BATCH = 10

/** Everything that a collector has acknowledged, whatever process it was. */
export class Acknowledged {
  readonly events: Set<string> = new Set()
  readonly spans: Set<string> = new Set()
  /** What was sent, acknowledged or not. */
  readonly sent: { events: Set<string>; spans: Set<string> } = { events: new Set(), spans: new Set() }
  /** Requests that were never answered: their items may or may not be stored. */
  unanswered = 0
  /** Statuses other than 2xx. */
  readonly refused: Record<number, number> = {}
  onBatch: () => void = () => undefined
}

/** Sends without a pause until it is stopped or the connection breaks; events as NDJSON and spans as OTLP. */
export class Load {
  readonly #url: string
  readonly #acknowledged: Acknowledged
  readonly #instance = randomUUID()
  #seq = 0
  #stopped = false
  readonly #loops: Promise<void>[]

  constructor(url: string, acknowledged: Acknowledged, clients = 6) {
    this.#url = url
    this.#acknowledged = acknowledged
    this.#loops = Array.from({ length: clients }, (_, client) => this.#loop(client % 3 === 2))
  }

  /** Settles when the last client has its answer or lost its connection. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#loops)
  }

  async #loop(otlp: boolean): Promise<void> {
    while (!this.#stopped) {
      try {
        await (otlp ? this.#sendSpans() : this.#sendEvents())
      } catch {
        this.#acknowledged.unanswered++
        return
      }
    }
  }

  async #sendEvents(): Promise<void> {
    const events = Array.from({ length: EVENTS_PER_BATCH }, () => ({
      id: newEventId(),
      type: 'shop.order.placed',
      source: 'shop',
      occurred_at: new Date().toISOString(),
      instance: this.#instance,
      seq: ++this.#seq,
      payload: { pad: 'x'.repeat(200) },
    }))
    for (const { id } of events) this.#acknowledged.sent.events.add(id)
    const body = events.map((event) => JSON.stringify(event)).join('\n')
    const ok = await this.#post('/api/v1/hub/events', 'application/x-ndjson', body)
    if (ok) for (const { id } of events) this.#acknowledged.events.add(id)
  }

  async #sendSpans(): Promise<void> {
    const spans = Array.from({ length: SPANS_PER_BATCH }, () => ({
      traceId: randomUUID().replaceAll('-', ''),
      spanId: randomUUID().replaceAll('-', '').slice(0, 16),
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: '1700000000000000000',
      endTimeUnixNano: '1700000000001000000',
    }))
    for (const { spanId } of spans) this.#acknowledged.sent.spans.add(spanId)
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
    const ok = await this.#post('/v1/traces', 'application/json', body)
    if (ok) for (const { spanId } of spans) this.#acknowledged.spans.add(spanId)
  }

  async #post(path: string, type: string, body: string): Promise<boolean> {
    const headers = { 'content-type': type }
    const response = await fetch(this.#url + path, { method: 'POST', headers, body })
    // The status is the acknowledgement: nothing after it can take it back.
    const { ok, status } = response
    if (!ok) this.#acknowledged.refused[status] = (this.#acknowledged.refused[status] ?? 0) + 1
    if (ok) queueMicrotask(() => this.#acknowledged.onBatch())
    const read = response.arrayBuffer().catch(() => undefined)
    if (!ok) await read
    return ok
  }
}
