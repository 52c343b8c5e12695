import type { HubHealth, Priority } from '@hubline/core'
import { type Draft, openEvents } from '@hubline/core/adapter'
import { PRIORITIES } from '@hubline/core/wire'
import type { ClientOptions } from '../client-options.ts'
import { currentCorrelationId } from '../correlation.ts'
import { undeliveredLine } from '../hooks/undelivered.ts'
import { LazyClient } from '../lazy-client.ts'
import { Once } from '../once.ts'
import { namingProblem } from './naming.ts'

/** How urgent a message is, for those who come from `MessagePriority`. */
export const MessagePriority: { readonly [Name in Uppercase<Priority>]: Lowercase<Name> } = Object.freeze({
  LOW: 'low',
  NORMAL: 'normal',
  HIGH: 'high',
  CRITICAL: 'critical',
})

/** The states of a service that the bus knows. */
export type BusLifecycleState = 'started' | 'ready' | 'stopping' | 'stopped' | 'error'

const STATES: ReadonlySet<unknown> = new Set(['started', 'ready', 'stopping', 'stopped', 'error'])

export type EventBusOptions = Omit<ClientOptions, 'url'>

export interface PublishOptions {
  /** `normal` when absent. */
  priority?: Priority
  /** That of the current request, or of `correlate()`, when absent. */
  correlationId?: string
}

/** Where the service mesh listens. */
const MESH_URL = 'http://localhost:8000'

/**
 * A service's line to the event bus of the service mesh, or to a collector of ours, which understands the same.
 *
 * Every method resolves to whether the bus has the message, for which its answer must be a 200, and never rejects. A message that is not
 * delivered is lost and told of in a warning. It is tried once, unless `maxRetries` says otherwise: who publishes waits.
 *
 * @example
 * const bus = new EventBus('my-service', 'http://localhost:8000')
 * await bus.publishLifecycle('started', { port: 8001 })
 * await bus.publishEvent('my-service.process.completed', { items_processed: 42 })
 */
export class EventBus {
  readonly service: string
  readonly #client: LazyClient
  readonly #once = new Once()

  constructor(service: string, url: string = MESH_URL, options: EventBusOptions = {}) {
    this.service = service
    this.#client = new LazyClient(() =>
      openEvents({ dialect: 'mesh', maxRetries: 0, ...options, url, source: service, direct: true }),
    )
  }

  /** Publishes an event, best named `<service>.<domain>.<action>`; another name is warned of, and sent. */
  async publishEvent(type: string, payload: object = {}, options: PublishOptions = {}): Promise<boolean> {
    const { priority = 'normal', correlationId } = options
    const problem = typeof type === 'string' && namingProblem(type, this.service)
    if (problem) this.#warnOnce(`${problem}; it is sent as it is.`)
    if (!PRIORITIES.includes(priority))
      return this.#refuse(
        `${type}: priority: got "${String(priority)}", wants one of ${PRIORITIES.join(', ')}`,
      )
    return this.#publish({ type, payload, priority, ...(correlationId !== undefined && { correlationId }) })
  }

  /**
   * Tells of a state of the service. `version` is that of the service, HUB_APP_VERSION or package.json's when absent; `error` and
   * `stopped` have priority high.
   */
  async publishLifecycle(
    state: BusLifecycleState,
    { version, ...details }: { version?: string; [detail: string]: unknown } = {},
  ): Promise<boolean> {
    if (!STATES.has(state))
      return this.#refuse(
        `publishLifecycle: got state "${String(state)}", wants one of ${[...STATES].join(', ')}`,
      )
    const payload = { ...details, version: version ?? this.#client.get().config.version, state }
    const urgent = state === 'error' || state === 'stopped'
    const severity = state === 'error' ? 'error' : 'info'
    return this.#publish({
      type: 'LifecycleChanged',
      payload,
      severity,
      priority: urgent ? 'high' : 'normal',
    })
  }

  /** Publishes a number, with priority low. `tags` named metric, value or unit would be in the way of these, and are left out. */
  async publishMetric(
    metric: string,
    value: number,
    { unit = 'count', tags = {} }: { unit?: string; tags?: Readonly<Record<string, unknown>> } = {},
  ): Promise<boolean> {
    if (typeof metric !== 'string' || metric === '')
      return this.#refuse(`publishMetric: got metric "${String(metric)}", wants a name such as response_time`)
    if (typeof value !== 'number' || !Number.isFinite(value))
      return this.#refuse(`publishMetric: ${metric}: got value "${String(value)}", wants a number`)
    return this.#publish({
      type: 'MetricReported',
      payload: { ...tags, metric, value, unit },
      priority: 'low',
    })
  }

  /** Publishes an error, with priority critical. `context` is what else is known of it. */
  async publishError(
    errorType: string,
    message: string,
    { stackTrace, context = {} }: { stackTrace?: string | undefined; context?: object } = {},
  ): Promise<boolean> {
    const trace = stackTrace === undefined ? {} : { trace: stackTrace }
    return this.#publish({
      type: 'ErrorReported',
      payload: { ...context, error_type: String(errorType), message: String(message), ...trace },
      severity: 'error',
      priority: 'critical',
    })
  }

  /** Whether what this service publishes arrives. */
  async healthCheck(): Promise<HubHealth> {
    return this.#client.get().health()
  }

  /** Waits for what is under way, for `deadlineMs` at most, 5 s when absent, and ends. Safe to call again. */
  async close(deadlineMs?: number): Promise<void> {
    await this.#client.close(deadlineMs)
  }

  async #publish(draft: Draft): Promise<boolean> {
    const client = this.#client.get()
    const correlationId = currentCorrelationId()
    const correlated = { ...(correlationId !== undefined && { correlationId }), ...draft }
    const receipt = await client.deliver(correlated)
    if (!receipt.delivered) client.logger.warn(undeliveredLine(client, draft, receipt))
    return receipt.delivered
  }

  #refuse(problem: string): false {
    this.#client.get().refuse()
    this.#warnOnce(`${this.service}: ${problem}; it was not sent.`)
    return false
  }

  #warnOnce(line: string): void {
    this.#once.say(`[HUB] ${line}`, (line) => this.#client.get().logger.warn(line))
  }
}
