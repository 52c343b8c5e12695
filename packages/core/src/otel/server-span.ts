import { headerAttributes } from '../exchange/captured-headers.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { Kinds } from '../exchange/kinds.ts'
import { writeAttributes } from '../otlp/attributes.ts'
import { SPAN_ATTRIBUTES, writeSpan } from '../otlp/encode-spans.ts'
import { ProtobufWriter } from '../otlp/protobuf-writer.ts'
import type { Attributes } from '../otlp/records.ts'
import type { SpanSource } from '../otlp/span-pages.ts'
import type { Redactor } from '../wire/redaction.ts'
import {
  addressAttributes,
  exceptionEvents,
  isFailure,
  kindAttributes,
  ownAttributes,
  outcomeAttributes,
  spanName,
} from './http-span.ts'

const SERVER = 2

/** The SERVER spans of finished exchanges, by the stable HTTP conventions. */
export class ServerSpans {
  readonly redact: Redactor
  readonly #kinds = new Kinds((exchange) => encode(kindAttributes(exchange)))
  #host: string | undefined
  #address = encode({})

  constructor(redact: Redactor) {
    this.redact = redact
  }

  /** @param withEvent an event of it was queued */
  of(exchange: Exchange, withEvent: boolean): SpanSource {
    return new ServerSpan(this, exchange, withEvent)
  }

  /** Attributes that are the same for all of its kind, in bytes. */
  kind(exchange: Exchange): Buffer {
    return this.#kinds.of(exchange)
  }

  /** The same of its host: all requests mostly name one. */
  address({ host }: Exchange): Buffer {
    if (host !== this.#host) {
      this.#address = encode(addressAttributes(host))
      this.#host = host
    }
    return this.#address
  }
}

class ServerSpan implements SpanSource {
  readonly #all: ServerSpans
  readonly #exchange: Exchange
  readonly #withEvent: boolean

  constructor(all: ServerSpans, exchange: Exchange, withEvent: boolean) {
    this.#all = all
    this.#exchange = exchange
    this.#withEvent = withEvent
  }

  write(writer: ProtobufWriter): void {
    const exchange = this.#exchange
    const all = this.#all
    const { redact } = all
    writeSpan(writer, {
      traceId: exchange.traceId,
      spanId: exchange.spanId,
      parentSpanId: exchange.parentSpanId,
      traceState: exchange.traceState,
      remoteParent: exchange.parentSpanId !== undefined,
      name: spanName(exchange),
      kind: SERVER,
      startMs: exchange.startedAt,
      durationMs: exchange.durationMs,
      status: isFailure(exchange) ? 2 : 0,
      attributes: ownAttributes(exchange, redact),
      events: exceptionEvents(exchange, redact),
    })
    writeAttributes(writer, SPAN_ATTRIBUTES, outcomeAttributes(exchange, redact, this.#withEvent))
    if (exchange.headersSeen) writeAttributes(writer, SPAN_ATTRIBUTES, headerAttributes(exchange.headersSeen))
    const said = exchange.attributes
    if (said) writeAttributes(writer, SPAN_ATTRIBUTES, unlike(said, exchange, redact))
    writer.raw(all.kind(exchange)).raw(all.address(exchange))
  }
}

/** What the app has said itself, but of what we know better. */
function unlike(said: Attributes, exchange: Exchange, redact: Redactor): Attributes {
  const known = {
    ...kindAttributes(exchange),
    ...addressAttributes(exchange.host),
    ...ownAttributes(exchange, redact),
    ...headerAttributes(exchange.headersSeen),
    ...outcomeAttributes(exchange, redact, true),
  }
  return Object.fromEntries(Object.entries(said).filter(([name]) => !Object.hasOwn(known, name)))
}

function encode(attributes: Attributes): Buffer {
  const writer = new ProtobufWriter()
  writeAttributes(writer, SPAN_ATTRIBUTES, attributes)
  return writer.finish()
}
