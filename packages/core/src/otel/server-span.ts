import { headerAttributes } from '../exchange/captured-headers.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { pathOf } from '../exchange/ignore.ts'
import type { Kind } from '../exchange/kinds.ts'
import { TextAttribute, writeAttributes } from '../otlp/attributes.ts'
import { SPAN_ATTRIBUTES, writeEvent, writeName, writePlace, writeTimes } from '../otlp/encode-spans.ts'
import { ProtobufWriter } from '../otlp/protobuf-writer.ts'
import type { Attributes } from '../otlp/records.ts'
import type { SpanSource } from '../otlp/span-pages.ts'
import type { Redactor } from '../wire/redaction.ts'
import {
  addressAttributes,
  errorType,
  exceptionEvents,
  isFailure,
  kindAttributes,
  ownAttributes,
  outcomeAttributes,
  spanName,
} from './http-span.ts'

const SERVER = 2
const ERROR = 2

const text = (name: string): TextAttribute => new TextAttribute(SPAN_ATTRIBUTES, name)
const PATH = text('url.path')
const QUERY = text('url.query')
const CLIENT = text('client.address')
const USER_AGENT = text('user_agent.original')
const EVENT_ID = text('hub.event.id')
const CORRELATION_ID = text('hub.correlation_id')
const ERROR_TYPE = text('error.type')

/** The SERVER spans of finished exchanges, by the stable HTTP conventions. */
export class ServerSpans {
  readonly #redact: Redactor
  #host: string | undefined
  #address = encode({})

  constructor(redact: Redactor) {
    this.#redact = redact
  }

  /**
   * @param kind that of the exchange
   * @param withEvent an event of it was queued
   */
  of(exchange: Exchange, kind: Kind, withEvent: boolean): SpanSource {
    return new ServerSpan(this, exchange, kind, withEvent)
  }

  /** Texts as they are, one after the other: what an object of attributes would say costs three times as much. */
  write(writer: ProtobufWriter, exchange: Exchange, kind: Kind, withEvent: boolean): void {
    const { target, correlationId, headersSeen, attributes } = exchange
    writePlace(writer, exchange, exchange.parentSpanId !== undefined)
    writeTimes(writer, exchange.startedAt, exchange.durationMs)
    writer.raw((kind.span ??= encodeKind(exchange))).raw(this.#addressOf(exchange))
    const path = pathOf(target)
    PATH.write(writer, path)
    if (target.length > path.length + 1) QUERY.write(writer, target.slice(path.length + 1))
    CLIENT.write(writer, exchange.peer.address)
    USER_AGENT.write(writer, exchange.userAgent)
    if (withEvent) EVENT_ID.write(writer, exchange.eventId)
    CORRELATION_ID.write(writer, correlationId)
    ERROR_TYPE.write(writer, errorType(exchange, this.#redact))
    for (const event of exceptionEvents(exchange, this.#redact) ?? []) writeEvent(writer, event)
    if (headersSeen) writeAttributes(writer, SPAN_ATTRIBUTES, headerAttributes(headersSeen))
    if (attributes) writeAttributes(writer, SPAN_ATTRIBUTES, unlike(attributes, exchange, this.#redact))
  }

  /** All requests mostly name one host. */
  #addressOf({ host }: Exchange): Buffer {
    if (host !== this.#host) {
      this.#address = encode(addressAttributes(host))
      this.#host = host
    }
    return this.#address
  }
}

class ServerSpan implements SpanSource {
  readonly #spans: ServerSpans
  readonly #exchange: Exchange
  readonly #kind: Kind
  readonly #withEvent: boolean

  constructor(spans: ServerSpans, exchange: Exchange, kind: Kind, withEvent: boolean) {
    this.#spans = spans
    this.#exchange = exchange
    this.#kind = kind
    this.#withEvent = withEvent
  }

  write(writer: ProtobufWriter): void {
    this.#spans.write(writer, this.#exchange, this.#kind, this.#withEvent)
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

function encodeKind(exchange: Exchange): Buffer {
  const writer = new ProtobufWriter()
  writeName(writer, { name: spanName(exchange), kind: SERVER, status: isFailure(exchange) ? ERROR : 0 })
  writeAttributes(writer, SPAN_ATTRIBUTES, kindAttributes(exchange))
  return writer.finish()
}

function encode(attributes: Attributes): Buffer {
  const writer = new ProtobufWriter()
  writeAttributes(writer, SPAN_ATTRIBUTES, attributes)
  return writer.finish()
}
