import type { Outbox } from '../../client/outbox.ts'
import type { OtelConfig } from '../../config/otel.ts'
import { propagateLast } from '../../context/outgoing.ts'
import type { SpanSource } from '../../otlp/span-pages.ts'
import type { Redactor } from '../../wire/redaction.ts'
import { quietly } from '../host-api.ts'
import { registerOtelApi } from './register.ts'

/** Answers OpenTelemetry's API with spans that leave by `outbox`; returns what ends that, undefined where none leave. */
export function offerOtelApi(outbox: Outbox, otel: OtelConfig, redact: Redactor): (() => void) | undefined {
  if (!outbox.spans) return undefined
  const { sampler, propagates } = otel
  const deliver = (span: SpanSource): void => void quietly(() => outbox.offerSpan(span))
  // An instrumentation that asks for a tracer subscribes to its channels next.
  const onTracer = (): void => queueMicrotask(propagateLast)
  return registerOtelApi({ sampler, redact, deliver, onTracer }, propagates.traceContext)
}
