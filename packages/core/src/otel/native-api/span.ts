import { writeSpan } from '../../otlp/encode-spans.ts'
import type { ProtobufWriter } from '../../otlp/protobuf-writer.ts'
import type { Attributes, Scope, SpanEvent, SpanLink, SpanRecord } from '../../otlp/records.ts'
import type { SpanSource } from '../../otlp/span-pages.ts'
import type { Redactor } from '../../wire/redaction.ts'
import type { OtelSpan, OtelSpanContext } from '../host-api.ts'
import { attributeOf, isTime, type TimeInput, timeOf } from './values.ts'

/** Limits by OpenTelemetry's specification. */
const MAX_ENTRIES = 128
/** SpanStatusCode of the API. */
const UNSET = 0
const OK = 1

export interface SpanOptions {
  /** SpanKind of the API. */
  kind?: number
  attributes?: object
  links?: readonly ApiLink[]
  startTime?: TimeInput
  root?: boolean
}

interface ApiLink {
  context: OtelSpanContext
  attributes?: object
}

export interface SpanBirth {
  name: string
  ids: OtelSpanContext
  parent: OtelSpanContext | undefined
  scope: Scope
  redact: Redactor
  /** Called once, at the end. */
  deliver(span: SpanSource): void
}

/** A recording span of OpenTelemetry's API that becomes one of ours. */
export class ApiSpan implements OtelSpan, SpanSource {
  name: string
  readonly kind: number
  readonly #birth: SpanBirth
  readonly #startMs: number
  readonly #attributes: Attributes = {}
  readonly #events: SpanEvent[] = []
  readonly #links: SpanLink[] = []
  #status: { code: number; message?: string | undefined } = { code: UNSET }
  #endMs: number | undefined

  constructor(birth: SpanBirth, { kind = 0, attributes, links = [], startTime }: SpanOptions) {
    this.#birth = birth
    this.#startMs = timeOf(startTime)
    this.name = birth.name
    this.kind = kind
    if (attributes) this.setAttributes(attributes)
    this.addLinks(links)
  }

  get ended(): boolean {
    return this.#endMs !== undefined
  }

  spanContext(): OtelSpanContext {
    return this.#birth.ids
  }

  isRecording(): boolean {
    return !this.ended
  }

  setAttribute(key: string, value: unknown): this {
    if (!this.ended) this.#put(this.#attributes, key, value)
    return this
  }

  setAttributes(attributes: object): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value)
    return this
  }

  addEvent(name: string, attributesOrTime?: unknown, time?: TimeInput): this {
    if (this.ended || this.#events.length >= MAX_ENTRIES) return this
    const timeMs = timeOf(isTime(attributesOrTime) ? attributesOrTime : time)
    const attributes: Attributes = {}
    for (const [key, value] of Object.entries(isTime(attributesOrTime) ? {} : (attributesOrTime ?? {}))) {
      this.#put(attributes, key, value)
    }
    this.#events.push({ name, timeMs, attributes })
    return this
  }

  addLink({ context, attributes: given = {} }: ApiLink): this {
    if (this.ended || this.#links.length >= MAX_ENTRIES) return this
    const attributes: Attributes = {}
    for (const [key, value] of Object.entries(given)) this.#put(attributes, key, value)
    this.#links.push({ traceId: context.traceId, spanId: context.spanId, attributes })
    return this
  }

  addLinks(links: readonly ApiLink[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus({ code, message }: { code: number; message?: string }): this {
    if (!this.ended && code !== UNSET && this.#status.code !== OK) this.#status = { code, message }
    return this
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name
    return this
  }

  recordException(thrown: unknown, time?: TimeInput): void {
    const { name, code, message, stack } = (
      typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }
    ) as { name?: string; code?: string | number; message?: string; stack?: string }
    const type = code === undefined ? name : String(code)
    const attributes = {
      'exception.type': type,
      'exception.message': message,
      'exception.stacktrace': stack,
    }
    this.addEvent('exception', attributes, time)
  }

  end(time?: TimeInput): void {
    if (this.ended) return
    this.#endMs = timeOf(time)
    this.#birth.deliver(this)
  }

  get scope(): Scope {
    return this.#birth.scope
  }

  write(writer: ProtobufWriter): void {
    writeSpan(writer, this.#record())
  }

  #record(): SpanRecord {
    const { ids, parent, redact } = this.#birth
    const plain = (attributes: Attributes): Attributes => redact.value(attributes) as Attributes
    return {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parent?.spanId,
      traceState: ids.traceState?.serialize(),
      remoteParent: parent?.isRemote === true,
      name: this.name,
      // OTLP keeps 0 for unspecified.
      kind: this.kind + 1,
      startMs: this.#startMs,
      durationMs: Math.max(0, (this.#endMs ?? this.#startMs) - this.#startMs),
      attributes: plain(this.#attributes),
      events: this.#events.map((event) => ({ ...event, attributes: plain(event.attributes) })),
      links: this.#links,
      status: this.#status.code === OK ? 1 : this.#status.code === UNSET ? 0 : 2,
      statusMessage: this.#status.message === undefined ? undefined : redact.text(this.#status.message),
    }
  }

  #put(attributes: Attributes, key: string, value: unknown): void {
    const usable = attributeOf(value)
    if (usable === undefined || (!(key in attributes) && Object.keys(attributes).length >= MAX_ENTRIES))
      return
    attributes[key] = usable
  }
}
