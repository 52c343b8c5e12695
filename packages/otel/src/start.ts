import { onFarewell, resolveConfig, serviceResource } from '@hubline/core/adapter'
import type { Attributes } from '@opentelemetry/api'
import { startNodeSdk } from '@opentelemetry/sdk-node'
import { exportersOf, isIdle } from './exporters.ts'
import { flushProviders } from './flush.ts'
import { instrumentations } from './instrumentations.ts'

/** The OpenTelemetry SDK of this process. */
export interface Otel {
  /** Sends what waits; never rejects. */
  flush(): Promise<void>
  /** Sends what waits and ends the SDK. */
  shutdown(): Promise<void>
}

const STARTED = Symbol.for('hubline.otel')
const holder = globalThis as { [STARTED]?: Otel }
const IDLE: Otel = { flush: async () => {}, shutdown: async () => {} }

/**
 * Starts OpenTelemetry's SDK from the same variables as Hubline, once in a process. Nothing is started when there is
 * nowhere to send to, under OTEL_SDK_DISABLED, or when another provider is registered.
 *
 * What waits is sent when a signal ends the process, which it neither keeps nor ends for a host that manages that.
 *
 * @example
 * startOtel() // before anything else is loaded
 */
export function startOtel(): Otel {
  launch()
  return holder[STARTED]!
}

/** Whether this call has started an SDK. */
export function launch(): boolean {
  if (holder[STARTED]) return false
  holder[STARTED] = start()
  return holder[STARTED] !== IDLE
}

function start(): Otel {
  const { config } = resolveConfig({}, process.env, process.cwd())
  if (!config.otlp.enabled || isTaken()) return IDLE
  const exporters = exportersOf(config, process.env)
  if (isIdle(exporters)) return IDLE
  const sdk = startNodeSdk({
    ...exporters,
    resourceAttributes: serviceResource(config) as Attributes,
    instrumentations: instrumentations(config),
    logLevel: process.env['OTEL_LOG_LEVEL'] ?? 'warn',
  })
  onFarewell(flushProviders)
  return { flush: flushProviders, shutdown: () => sdk.shutdown() }
}

/** Whether a tracer provider is there already: the API takes no second one. */
function isTaken(): boolean {
  const api = (globalThis as { [key: symbol]: { trace?: object } | undefined })[
    Symbol.for('opentelemetry.js.api.1')
  ]
  return api?.trace !== undefined
}
