import { hostSpan, quietly } from '../otel/host-api.ts'
import type { Redactor } from '../wire/redaction.ts'
import type { Draft, EventOptions } from './emitter.ts'
import { scalarAttributes } from './scalar-attributes.ts'

/** Something that a user or another system did; the active span of the host learns of it too. */
export function interactionDraft(
  action: string,
  details: object,
  options: EventOptions,
  redact: Redactor,
): Draft {
  quietly(() => hostSpan()?.setAttribute?.('hub.interaction', action))
  const attributes = { 'hub.action': action, ...scalarAttributes('hub.', details, redact) }
  const log = { eventName: 'hub.interaction', body: action, attributes }
  return { ...options, type: 'InteractionDetected', payload: { ...details, action }, log }
}

/** What may be said of a number. */
export interface MetricOptions extends EventOptions {
  /** `count` when absent. */
  unit?: string
  /** What it was counted over; `24h` when absent. */
  period?: string
}

export function metricDraft(metric: string, value: number, options: MetricOptions): Draft {
  const { unit = 'count', period = '24h', ...rest } = options
  return {
    ...rest,
    type: 'MetricReported',
    payload: { metric, value, unit, period },
    measures: [{ name: metric, value, unit, attributes: { 'hub.metric.period': period } }],
  }
}
