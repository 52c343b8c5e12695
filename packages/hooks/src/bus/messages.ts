import type { Priority } from '@hubline/core'
import type { Draft } from '@hubline/core/adapter'
import { PRIORITIES } from '@hubline/core/wire'

/** The states of a service that the bus knows. */
export const STATES = ['started', 'ready', 'stopping', 'stopped', 'error'] as const

export type BusLifecycleState = (typeof STATES)[number]

export interface PublishOptions {
  /** `normal` when absent. */
  priority?: Priority
  /** That of the current request, or of `correlate()`, when absent. */
  correlationId?: string
}

export interface LifecycleDetails {
  /** That of the service; HUB_APP_VERSION or package.json's when absent. */
  version?: string
  [detail: string]: unknown
}

export interface BusMetricOptions {
  /** `count` when absent. */
  unit?: string
  /** What it belongs to. One named metric, value or unit would be in the way of these, and is left out. */
  tags?: Readonly<Record<string, unknown>>
}

export interface BusErrorOptions {
  stackTrace?: string | undefined
  /** What else is known of it. */
  context?: object
}

// Each of these is a message in the making; what cannot be one is a TypeError that names the argument.

export function eventMessage(type: string, payload: object, options: PublishOptions): Draft {
  const { priority = 'normal', correlationId } = options ?? {}
  oneOf(`${type}: priority`, priority, PRIORITIES)
  return { type, payload, priority, ...(correlationId !== undefined && { correlationId }) }
}

export function lifecycleMessage(
  state: BusLifecycleState,
  details: LifecycleDetails,
  versionHere: string,
): Draft {
  oneOf('publishLifecycle: state', state, STATES)
  const { version = versionHere, ...more } = details ?? {}
  return {
    type: 'LifecycleChanged',
    payload: { ...more, version, state },
    severity: state === 'error' ? 'error' : 'info',
    priority: state === 'error' || state === 'stopped' ? 'high' : 'normal',
  }
}

export function metricMessage(metric: string, value: number, options: BusMetricOptions): Draft {
  if (typeof metric !== 'string' || metric === '')
    throw new TypeError(`publishMetric: metric: got "${metric}", wants a name such as response_time`)
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError(`publishMetric: ${metric}: value: got "${value}", wants a number`)
  const { unit = 'count', tags = {} } = options ?? {}
  return { type: 'MetricReported', payload: { ...tags, metric, value, unit }, priority: 'low' }
}

export function errorMessage(errorType: string, message: string, options: BusErrorOptions): Draft {
  const { stackTrace, context = {} } = options ?? {}
  const trace = stackTrace === undefined ? {} : { trace: stackTrace }
  return {
    type: 'ErrorReported',
    payload: { ...context, error_type: String(errorType), message: String(message), ...trace },
    severity: 'error',
    priority: 'critical',
  }
}

function oneOf(name: string, value: unknown, values: readonly string[]): void {
  const known: readonly unknown[] = values
  if (!known.includes(value))
    throw new TypeError(`${name}: got "${value}", wants one of ${values.join(', ')}`)
}
