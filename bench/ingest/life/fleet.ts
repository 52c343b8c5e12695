// A process that sends what a fleet of services does, as it is told, for as long as its parent lives.
import { randomBytes } from 'node:crypto'
import { EVENTS, LOGS, Poster, SPANS, type Kind } from '../post.ts'
import { BATCH, makeTemplates } from './bodies.ts'
import { masked, stamp, type Template } from './template.ts'

export interface FleetOrder {
  url: string
  connections: number
  /** Milliseconds since the epoch at which its first span starts. */
  startMs: number
  /** Milliseconds of the fleet's time from one span to the next. */
  spanMs: number
}

export interface SendOrder {
  spans: number
  /** As fast as they are taken where it is absent; else until it is told to stop. */
  spansPerSecond?: number
}

export interface Sent {
  spans: number
  /** With events and logs. */
  items: number
  seconds: number
  /** Milliseconds since the epoch: the fleet's time. */
  nowMs: number
  /** Some of the traces, by id. */
  traces: string[]
}

/** Requests that are made before they are sent; then they are made anew from the first on. */
const TEMPLATES = 200
// Beside the spans: an event for every ten, a log record for every twenty.
const [SPANS_AN_EVENT, SPANS_A_RECORD] = [10, 20]
/** One trace of so many requests is told of. */
const TOLD = 20

class Fleet {
  readonly #order: FleetOrder
  readonly #poster: Poster
  readonly #templates: ReturnType<typeof makeTemplates>
  #bodies = 0
  #mask: Uint8Array = randomBytes(16)
  #stopped = false

  constructor(order: FleetOrder) {
    this.#order = order
    this.#poster = new Poster(order.url, order.connections)
    this.#templates = makeTemplates(TEMPLATES, order.spanMs)
  }

  stop(): void {
    this.#stopped = true
  }

  async send({ spans, spansPerSecond }: SendOrder): Promise<Sent> {
    const sent: Sent = { spans: 0, items: 0, seconds: 0, nowMs: 0, traces: [] }
    this.#stopped = false
    const from = performance.now()
    const isDue = async () => {
      if (spansPerSecond === undefined) return
      const due = from + (sent.spans / spansPerSecond) * 1000
      if (due > performance.now())
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()))
    }
    const loops = Array.from({ length: this.#order.connections }, async () => {
      while (sent.spans < spans && !this.#stopped) {
        const requests = this.#next(sent)
        await isDue()
        for (const [kind, template, mask, startMs] of requests) {
          await this.#poster.post(kind, stamp(template, mask, startMs))
        }
      }
    })
    await Promise.all(loops)
    sent.seconds = (performance.now() - from) / 1000
    sent.nowMs = this.#nowMs
    return sent
  }

  get #nowMs(): number {
    return this.#order.startMs + this.#bodies * BATCH * this.#order.spanMs
  }

  #next(sent: Sent): [Kind, Template, Uint8Array, number][] {
    const at = this.#bodies % TEMPLATES
    if (at === 0) this.#mask = randomBytes(16)
    const [mask, startMs] = [this.#mask, this.#nowMs]
    this.#bodies++
    sent.spans += BATCH
    const { spans, events, logs } = this.#templates
    const requests: [Kind, Template, Uint8Array, number][] = [[SPANS, spans[at]!, mask, startMs]]
    if (this.#bodies % SPANS_AN_EVENT === 0) requests.push([EVENTS, events[at]!, mask, startMs])
    if (this.#bodies % SPANS_A_RECORD === 0) requests.push([LOGS, logs[at]!, mask, startMs])
    if (this.#bodies % TOLD === 0) sent.traces.push(masked(spans[at]!.marks[0]!.of as Uint8Array, mask))
    sent.items += requests.length * BATCH
    return requests
  }
}

process.once('message', (order: FleetOrder) => {
  const fleet = new Fleet(order)
  process.send!({ ready: true })
  process.on('message', (message: SendOrder | 'stop') => {
    if (message === 'stop') fleet.stop()
    else void fleet.send(message).then((sent) => process.send!(sent))
  })
})
