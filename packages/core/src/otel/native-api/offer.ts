import type { Outbox } from '../../client/outbox.ts'
import type { OtelConfig } from '../../config/otel.ts'
import { propagateLast } from '../../context/outgoing.ts'
import type { Redactor } from '../../wire/redaction.ts'
import { registerOtelApi } from './register.ts'

/** Answers OpenTelemetry's API with spans that leave by `outbox`; returns what ends that, undefined where none leave. */
export function offerOtelApi(outbox: Outbox, otel: OtelConfig, redact: Redactor): (() => void) | undefined {
  const { spans } = outbox
  if (!spans) return undefined
  const { sampler, propagates } = otel
  const deliver = (span: Parameters<typeof spans.offer>[0]): void => void spans.offer(span)
  // An instrumentation that asks for a tracer subscribes to its channels next.
  const onTracer = (): void => queueMicrotask(propagateLast)
  return registerOtelApi({ sampler, redact, deliver, onTracer }, propagates.traceContext)
}
