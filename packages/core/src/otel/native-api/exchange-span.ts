import type { Exchange } from '../../exchange/exchange.ts'
import type { AttributeValue } from '../../otlp/records.ts'
import { ROOT } from '../context.ts'
import { isOurs, otelApi, type OtelContext, type OtelSpan, type OtelSpanContext, SPAN } from '../host-api.ts'
import { traceStateOf } from './trace-state.ts'

/** What the OpenTelemetry API shows of an exchange's own span, which is made at its end. */
class ExchangeSpan implements OtelSpan {
  readonly #exchange: Exchange
  readonly #context: OtelSpanContext

  constructor(exchange: Exchange) {
    const { traceId, spanId, sampled, traceState } = exchange
    this.#exchange = exchange
    this.#context = { traceId, spanId, traceFlags: sampled ? 1 : 0, traceState: traceStateOf(traceState) }
  }

  spanContext(): OtelSpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return !this.#exchange.ended
  }

  setAttribute(key: string, value: unknown): this {
    if (!this.#exchange.ended) (this.#exchange.attributes ??= {})[key] = value as AttributeValue
    return this
  }

  setAttributes(attributes: object): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value)
    return this
  }

  recordException(error: unknown): void {
    this.#exchange.fail(error, true)
  }

  // The rest is for the end of the exchange to decide.
  addEvent(): this {
    return this
  }
  addLink(): this {
    return this
  }
  addLinks(): this {
    return this
  }
  setStatus(): this {
    return this
  }
  updateName(): this {
    return this
  }
  end(): void {}
}

/** The context of an exchange where our own API is registered: spans made in it are children of its span. */
export function exchangeContext(exchange: Exchange): OtelContext | undefined {
  const trace = otelApi()?.trace
  return trace && isOurs(trace) ? ROOT.setValue(SPAN, new ExchangeSpan(exchange)) : undefined
}
