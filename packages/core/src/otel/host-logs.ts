import type { LogRecord } from '../otlp/records.ts'
import { VERSION } from '../version.ts'
import { ROOT } from './context.ts'
import {
  activeContext,
  type OtelApi,
  otelApi,
  type OtelContext,
  type OtelSpan,
  quietly,
  SPAN,
} from './host-api.ts'

/** Where @opentelemetry/api-logs registers beside API 1.9; asked with the version of its shape. */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs')
const API_LOGS_VERSION = 1

/**
 * Gives a log record to the host's logger provider.
 *
 * @param context in which it happened; the active one when absent
 * @returns false when the host has none, or it failed
 */
export function emitToHost(record: LogRecord, context: OtelContext | undefined): boolean {
  const emitted = quietly(() => {
    const provider = otelApi()?.logs ?? legacyProvider()
    if (!provider) return false
    const { timeMs, traceId, spanId, eventName, body, severityNumber, severityText } = record
    const timestamp = new Date(timeMs)
    const ids = traceId !== undefined && spanId !== undefined ? { traceId, spanId, traceFlags: 1 } : undefined
    const base = context ?? activeContext() ?? ROOT
    const attributes = Object.fromEntries(
      Object.entries(record.attributes).filter(([, value]) => value !== undefined),
    )
    provider.getLogger('@hubline/core', VERSION).emit({
      timestamp,
      observedTimestamp: timestamp,
      severityNumber,
      severityText,
      eventName,
      body,
      attributes,
      context: ids && spanIdOf(base) !== ids.spanId ? base.setValue(SPAN, { spanContext: () => ids }) : base,
    })
    return true
  })
  return emitted ?? false
}

const spanIdOf = (context: OtelContext): string | undefined =>
  (context.getValue(SPAN) as OtelSpan | undefined)?.spanContext().spanId

function legacyProvider(): OtelApi['logs'] {
  const getter = (globalThis as { [API_LOGS]?: unknown })[API_LOGS]
  return typeof getter === 'function' ? (getter(API_LOGS_VERSION) as OtelApi['logs']) : undefined
}
