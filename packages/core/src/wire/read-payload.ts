import { type Check, number, positive, text, whole } from './checks.ts'
import type { NativeType } from './payloads.ts'
import type { FieldErrors } from './validation.ts'

interface Fields {
  required: Readonly<Record<string, Check>>
  optional: Readonly<Record<string, Check>>
}

const anyText = text(Number.POSITIVE_INFINITY, 0)

/**
 * What a payload of each native type must hold to mean anything, and of what kind its known keys are. Further keys are
 * free; of the two signals all are.
 */
const PAYLOADS: Readonly<Partial<Record<NativeType, Fields>>> = {
  AppRegistered: {
    required: {},
    optional: { version: anyText, env: anyText, heartbeat_interval_s: positive },
  },
  AgentHeartbeat: { required: {}, optional: { status: anyText, interval_s: positive } },
  InteractionDetected: { required: { action: text() }, optional: {} },
  MetricReported: {
    required: { metric: text(), value: number },
    optional: { unit: anyText, period: anyText },
  },
  ErrorReported: {
    required: { message: anyText },
    optional: { severity: anyText, trace: anyText, error_type: anyText },
  },
  // Any text: a newer client may know more states than this collector.
  LifecycleChanged: { required: { state: text() }, optional: { exit_code: whole() } },
}

/**
 * What is wrong with the payload of an event of this type; undefined for one that is sound, or whose type leaves it free.
 *
 * @example
 * payloadErrors('MetricReported', { metric: 'orders', value: 'abc' }) // { value: ['must be a number, not text'] }
 */
export function payloadErrors(type: string, payload: Record<string, unknown>): FieldErrors | undefined {
  if (!Object.hasOwn(PAYLOADS, type)) return undefined
  const { required, optional } = PAYLOADS[type as NativeType]!
  let errors: FieldErrors | undefined
  for (const name in required) {
    const value = payload[name]
    const problem = value === undefined ? 'is required' : required[name]!(value)
    if (problem !== undefined) (errors ??= {})[name] = [problem]
  }
  for (const name in optional) {
    const value = payload[name]
    const problem = value === undefined ? undefined : optional[name]!(value)
    if (problem !== undefined) (errors ??= {})[name] = [problem]
  }
  return errors
}
