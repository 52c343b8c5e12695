import { ByteWriter } from '../bytes/byte-writer.ts'
import { Pages } from '../bytes/pages.ts'
import type { Clock } from '../clock.ts'
import { deliverNow } from '../client/deliver-now.ts'
import type { Outbox, QueuedRecord } from '../client/outbox.ts'
import type { HubConfig } from '../config/resolve.ts'
import { currentExchange } from '../context/store.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Kind } from '../exchange/kinds.ts'
import type { Logger } from '../logger.ts'
import { hostSpan } from '../otel/host-api.ts'
import { emitToHost } from '../otel/host-logs.ts'
import type { Measure } from '../otel/metrics.ts'
import type { Attributes, LogRecord } from '../otlp/records.ts'
import { EVENT_LIMITS, type HubEvent, type Priority, type Severity } from '../wire/event.ts'
import { newEventId } from '../wire/ids.ts'
import { createRedactor, type Redactor } from '../wire/redaction.ts'
import { isoTime } from '../wire/timestamp.ts'
import { type Envelope, EventRun, NEW_LINE } from './envelope.ts'
import { InteractionWriter, interactionOf, interactionPriority } from './interaction.ts'
import { logSeverity } from './severity.ts'

/** What may be said of an event beside its type and payload. */
export interface EventOptions {
  severity?: Severity
  priority?: Priority
  correlationId?: string
  tags?: readonly string[]
  occurredAt?: Date
  /** Version of the payload's shape, 1 to 255. */
  version?: number
}

/** An event on its way out, and the OpenTelemetry log that goes with it. */
export interface Draft extends EventOptions {
  type: string
  payload: object
  /** In whose course it happened; the current one when absent. */
  exchange?: Exchange | undefined
  log?: { eventName: string; body: string; attributes: Attributes }
  /** Numbers that become metrics. */
  measures?: readonly Measure[]
}

/** What became of an event whose sender waited to hear of it. */
export interface Receipt {
  delivered: boolean
  /** Why it was not. */
  reason?: string
}

/** An event over this many bytes is not for a hub. */
const MAX_EVENT_BYTES = 512 * 1024

/** Turns drafts into queued events and logs, numbered in the instance's own sequence. */
export class Emitter {
  readonly redact: Redactor
  readonly #config: HubConfig
  readonly #outbox: Outbox
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #envelope: Envelope
  readonly #numbered: boolean
  readonly #interactions: InteractionWriter
  readonly #writer = new ByteWriter()
  readonly #pages = new Pages()
  #seq = 0

  /** @param numbered events carry their number, which is for an instance that declares in heartbeats how many it made */
  constructor(config: HubConfig, outbox: Outbox, logger: Logger, clock: Clock, numbered = true) {
    this.#numbered = numbered
    this.#clock = clock
    this.#config = config
    this.#outbox = outbox
    this.#logger = logger
    this.redact = createRedactor(config.redact)
    this.#envelope = { source: config.source, version: 1, env: config.env, instance: config.instance }
    this.#interactions = new InteractionWriter(this.#envelope)
  }

  /** Events made so far, those that could not be put into words included. */
  get generated(): number {
    return this.#seq
  }

  /** Queues an event; false when it cannot be sent. Never throws. */
  emit(draft: Draft): boolean {
    if (this.#config.mode === 'inert' && !this.#outbox.exporting) return false
    return this.#attempt((event) => {
      if (draft.log) this.#log(draft.log, event, draft.exchange ?? currentExchange())
      if (draft.measures) this.#outbox.metrics?.measure(draft.measures)
      return this.#send(event)
    }, draft)
  }

  /** Sends an event now and says what became of it; it is not kept for later. Never throws. */
  async deliver(draft: Draft, maxRetries?: number): Promise<Receipt> {
    const { events } = this.#outbox
    if (this.#config.mode === 'dry-run') return { delivered: this.emit(draft) }
    if (!events) return { delivered: false, reason: 'there is nowhere to send to' }
    let written: EventRun | undefined
    this.#attempt((event) => (written = this.#number(event)) !== undefined, draft)
    if (!written) return { delivered: false, reason: 'it cannot be written, or is too large' }
    const reason = await deliverNow(events, written, maxRetries)
    return reason === undefined ? { delivered: true } : { delivered: false, reason }
  }

  /** Counts an event that was refused before it was written. */
  refuse(): void {
    this.#lose('invalid', this.#seq)
  }

  #attempt(act: (event: HubEvent) => boolean, draft: Draft): boolean {
    const before = this.#seq
    try {
      return act(this.#write(draft))
    } catch (error) {
      this.#lose('invalid', before)
      this.#logger.warn(
        `[HUB] An event could not be written: ${error instanceof Error ? error.message : error}`,
      )
      return false
    }
  }

  /** Queues the InteractionDetected of a finished exchange. */
  interaction(exchange: Exchange, kind: Kind): boolean {
    if (this.#config.mode === 'dry-run') {
      this.#pretend('InteractionDetected', interactionOf(exchange))
      return true
    }
    if (!this.#outbox.events) return false
    const seq = ++this.#seq
    const priority = interactionPriority(exchange)
    this.#interactions.write(this.#pages.begin(priority, this.#writer), exchange, kind, seq)
    return this.#outbox.events.offer(this.#keep(priority, seq))
  }

  #write(draft: Draft): HubEvent {
    const problem = problemOf(draft)
    if (problem) throw new TypeError(problem)
    const exchange = draft.exchange ?? currentExchange()
    const span = exchange ? undefined : hostSpan()?.spanContext()
    const { source, env, instance } = this.#envelope
    const correlationId = draft.correlationId ?? exchange?.correlationId
    const tags = draft.tags?.slice(0, EVENT_LIMITS.tags).map((tag) => String(tag).slice(0, EVENT_LIMITS.tag))
    // Of one shape, whatever is known: JSON leaves out what is undefined.
    return {
      id: newEventId(),
      type: draft.type,
      source,
      version: draft.version ?? 1,
      env,
      instance,
      occurred_at: draft.occurredAt?.toISOString() ?? isoTime(this.#clock.now()),
      payload: this.redact.value(draft.payload) as Record<string, unknown>,
      severity: draft.severity || undefined,
      priority: draft.priority || undefined,
      correlation_id: correlationId?.slice(0, EVENT_LIMITS.correlationId) || undefined,
      trace_id: (exchange?.traceId ?? span?.traceId) || undefined,
      span_id: (exchange?.spanId ?? span?.spanId) || undefined,
      tags: tags?.length ? tags : undefined,
      seq: undefined,
    }
  }

  #send(event: HubEvent): boolean {
    if (this.#config.mode === 'dry-run') {
      this.#pretend(event.type, event.payload)
      return true
    }
    if (!this.#outbox.events) return false
    const written = this.#number(event)
    return written !== undefined && this.#outbox.events.offer(written)
  }

  /** The event as text, with its number; undefined when it is lost for its size. */
  #number(event: HubEvent): EventRun | undefined {
    const seq = ++this.#seq
    if (this.#numbered) event.seq = seq
    const { priority = 'normal' } = event
    const text = JSON.stringify(event)
    this.#pages.begin(priority, this.#writer).text(text)
    if (this.#writer.length <= MAX_EVENT_BYTES) return this.#keep(priority, seq)
    this.#lose('too_large', seq - 1)
    return undefined
  }

  /** The event that was written, on a page. */
  #keep(priority: Priority, seq: number): EventRun {
    const page = this.#pages.keep(priority, seq, this.#writer.byte(NEW_LINE))
    return new EventRun(priority, page, page.count - 1, page.count)
  }

  /** Counts an event that was never queued; `before` is the number of the one before it. */
  #lose(reason: 'invalid' | 'too_large', before: number): void {
    const { events } = this.#outbox
    if (!events) return
    this.#seq = Math.max(this.#seq, before + 1)
    events.tally.accepted++
    events.tally.drop(reason, 1)
  }

  #log(
    { eventName, body, attributes }: NonNullable<Draft['log']>,
    event: HubEvent,
    exchange: Exchange | undefined,
  ): void {
    const { number, text } = logSeverity(event.severity)
    const record: LogRecord = {
      timeMs: Date.parse(event.occurred_at),
      severityNumber: number,
      severityText: text,
      eventName,
      body,
      attributes: { ...attributes, 'hub.event.id': event.id, 'hub.correlation_id': event.correlation_id },
      traceId: event.trace_id,
      spanId: event.span_id,
    }
    if (emitToHost(record, exchange?.context)) return
    this.#outbox.logs?.offer(new LoggedEvent(record, event.priority ?? 'normal'))
  }

  #pretend(type: string, payload: object): void {
    console.log(`[HUB] Would send: ${type} - ${JSON.stringify(payload)}`)
  }
}

const LOG_BYTES = 400

class LoggedEvent implements QueuedRecord<LogRecord> {
  readonly priority: Priority
  readonly bytes: number
  readonly #record: LogRecord

  constructor(record: LogRecord, priority: Priority) {
    this.#record = record
    this.priority = priority
    const stack = record.attributes['exception.stacktrace']
    this.bytes = LOG_BYTES + (record.body?.length ?? 0) + (typeof stack === 'string' ? stack.length : 0)
  }

  record(): LogRecord {
    return this.#record
  }
}

function problemOf({ type, payload, version }: Draft): string | undefined {
  if (typeof type !== 'string' || type === '' || type.length > EVENT_LIMITS.type) {
    return `type: wants a text of 1 to ${EVENT_LIMITS.type} characters`
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return `${type}: payload wants a plain object`
  }
  if (version !== undefined && !(Number.isInteger(version) && version >= 1 && version <= 255)) {
    return `${type}: version wants a whole number from 1 to 255`
  }
  return undefined
}
