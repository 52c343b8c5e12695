import type { ByteWriter } from '../bytes/byte-writer.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Kind } from '../exchange/kinds.ts'
import type { Priority } from '../wire/event.ts'
import type { HttpInteraction } from '../wire/payloads.ts'
import { isoSecond, millisOf } from '../wire/timestamp.ts'
import type { Envelope } from './envelope.ts'

/** What goes well is the first to go where there is no room. */
export function interactionPriority({ outcome }: Exchange): Priority {
  return outcome === 'ok' ? 'low' : 'normal'
}

/** What a finished exchange says of itself. */
export function interactionOf(exchange: Exchange): HttpInteraction {
  return { ...knownOf(exchange), ...capturedOf(exchange), duration_ms: durationMicros(exchange) / 1000 }
}

/** The same of all exchanges of a kind. */
function knownOf({ method, route, status, outcome }: Exchange): Omit<HttpInteraction, 'duration_ms'> {
  return {
    action: route ? `${method} ${route}` : method,
    outcome: outcome!,
    method,
    ...(route ? { route } : {}),
    ...(status === undefined ? {} : { status }),
  }
}

function capturedOf({ headersSeen, bodySeen }: Exchange): Pick<HttpInteraction, 'headers' | 'body'> {
  return { ...(headersSeen ? { headers: headersSeen } : {}), ...(bodySeen ? { body: bodySeen } : {}) }
}

function durationMicros({ durationMs }: Exchange): number {
  return Math.round(durationMs * 1000)
}

/** Writes the InteractionDetected of finished exchanges as JSON, of which most is the same for all. */
export class InteractionWriter {
  readonly #head: Buffer

  constructor(envelope: Envelope) {
    this.#head = Buffer.from(`","type":"InteractionDetected",${inner(envelope)},"occurred_at":"`)
  }

  /** @param kind that of the exchange */
  write(writer: ByteWriter, exchange: Exchange, kind: Kind, seq: number): void {
    const { eventId, correlationId, traceId, spanId } = exchange
    writer.text('{"id":"').text(eventId).raw(this.#head)
    writeTime(writer, exchange.startedAt + exchange.durationMs)
    writer.raw((kind.event ??= Buffer.from(`Z","payload":${open(knownOf(exchange))}`)))
    if (exchange.headersSeen || exchange.bodySeen) writer.text(`,${inner(capturedOf(exchange))}`)
    writer.text(',"duration_ms":')
    writeMillis(writer, durationMicros(exchange))
    writer.text('},"seq":').digits(seq).text(',"priority":"').text(interactionPriority(exchange))
    writer.text('","correlation_id":')
    if (correlationId === traceId) writer.byte(QUOTE).text(traceId).byte(QUOTE)
    else writer.text(JSON.stringify(correlationId))
    writer.text(',"trace_id":"').text(traceId).text('","span_id":"').text(spanId).text('"}')
  }
}

const QUOTE = 34
const POINT = 46
const ZERO = 48

/** An object's JSON without its last brace. */
const open = (value: object): string => JSON.stringify(value).slice(0, -1)
/** The same without the first one. */
const inner = (value: object): string => open(value).slice(1)

/** As in `isoTime()`, without the zone. */
function writeTime(writer: ByteWriter, ms: number): void {
  const millis = millisOf(ms)
  writer.text(isoSecond(ms))
  if (millis < 100) writer.byte(ZERO)
  if (millis < 10) writer.byte(ZERO)
  writer.digits(millis)
}

/** As JSON has it: `1.25`. */
function writeMillis(writer: ByteWriter, micros: number): void {
  if (!(micros >= 0 && micros < 1e12)) {
    writer.text(JSON.stringify(micros / 1000))
    return
  }
  const millis = Math.floor(micros / 1000)
  let rest = micros - millis * 1000
  writer.digits(millis)
  if (rest === 0) return
  writer.byte(POINT)
  for (let unit = 100; rest > 0; unit /= 10) {
    const digit = Math.floor(rest / unit)
    writer.byte(ZERO + digit)
    rest -= digit * unit
  }
}
