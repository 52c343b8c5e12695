import type { ByteWriter } from '../bytes/byte-writer.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { Kinds } from '../exchange/kinds.ts'
import type { Priority } from '../wire/event.ts'
import type { HttpInteraction } from '../wire/payloads.ts'
import { isoTime } from '../wire/timestamp.ts'
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
  readonly #payloads = new Kinds((exchange) => Buffer.from(open(knownOf(exchange))))

  constructor(envelope: Envelope) {
    this.#head = Buffer.from(`","type":"InteractionDetected",${inner(envelope)},"occurred_at":"`)
  }

  write(writer: ByteWriter, exchange: Exchange, seq: number): void {
    const { eventId, correlationId, traceId, spanId } = exchange
    writer.text('{"id":"').text(eventId).raw(this.#head)
    writer.text(isoTime(exchange.startedAt + exchange.durationMs)).text('","payload":')
    writer.raw(this.#payloads.of(exchange))
    if (exchange.headersSeen || exchange.bodySeen) writer.text(`,${inner(capturedOf(exchange))}`)
    writer.text(',"duration_ms":')
    writeMillis(writer, durationMicros(exchange))
    writer.text('},"seq":').digits(seq).text(',"priority":"').text(interactionPriority(exchange))
    writer.text('","correlation_id":')
    if (correlationId === traceId) writer.text('"').text(traceId).text('"')
    else writer.text(JSON.stringify(correlationId))
    writer.text(',"trace_id":"').text(traceId).text('","span_id":"').text(spanId).text('"}')
  }
}

/** An object's JSON without its last brace. */
const open = (value: object): string => JSON.stringify(value).slice(0, -1)
/** The same without the first one. */
const inner = (value: object): string => open(value).slice(1)

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
  writer.byte(46)
  for (let unit = 100; rest > 0; unit /= 10) {
    const digit = Math.floor(rest / unit)
    writer.byte(48 + digit)
    rest -= digit * unit
  }
}
