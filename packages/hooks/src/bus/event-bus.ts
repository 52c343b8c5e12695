import type { HubHealth, Priority } from '@hubline/core'
import { type Draft, type EventClient, openEvents } from '@hubline/core/adapter'
import type { ClientOptions } from '../client-options.ts'
import { correlated } from '../correlation.ts'
import { undeliveredLine } from '../hooks/undelivered.ts'
import { LazyClient } from '../lazy-client.ts'
import { Once } from '../once.ts'
import {
  type BusErrorOptions,
  type BusLifecycleState,
  type BusMetricOptions,
  errorMessage,
  eventMessage,
  type LifecycleDetails,
  lifecycleMessage,
  metricMessage,
  type PublishOptions,
} from './messages.ts'
import { namingProblem } from './naming.ts'
import { type RegisterOptions, registration } from './registration.ts'

/** How urgent a message is, for those who come from `MessagePriority`. */
export const MessagePriority: { readonly [Name in Uppercase<Priority>]: Lowercase<Name> } = Object.freeze({
  LOW: 'low',
  NORMAL: 'normal',
  HIGH: 'high',
  CRITICAL: 'critical',
})

export type EventBusOptions = Omit<ClientOptions, 'url'>

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
  publishEvent(type: string, payload: object = {}, options: PublishOptions = {}): Promise<boolean> {
    return this.#publish(() => {
      const problem = typeof type === 'string' && namingProblem(type, this.service)
      if (problem) this.#warnOnce(`${problem}; it is sent as it is.`)
      return eventMessage(type, payload, options)
    })
  }

  /** Tells of a state of the service; `error` and `stopped` have priority high. */
  publishLifecycle(state: BusLifecycleState, details: LifecycleDetails = {}): Promise<boolean> {
    return this.#publish(({ config }) => lifecycleMessage(state, details, config.version))
  }

  /** Publishes a number, with priority low. */
  publishMetric(metric: string, value: number, options: BusMetricOptions = {}): Promise<boolean> {
    return this.#publish(() => metricMessage(metric, value, options))
  }

  /** Publishes an error, with priority critical. */
  publishError(errorType: string, message: string, options: BusErrorOptions = {}): Promise<boolean> {
    return this.#publish(() => errorMessage(errorType, message, options))
  }

  /**
   * Has the mesh watch this service: by what it publishes, and with `healthUrl` by asking for its health every interval, which
   * `healthHandler()` answers. A collector of ours wants an admin token for that. Again for a change.
   */
  async register(options: RegisterOptions = {}): Promise<boolean> {
    const client = this.#client.get()
    const { delivered, reason } = await client.call(registration(this.service, options ?? {}))
    if (!delivered) client.logger.warn(`[HUB] ${this.service}: it is not registered: ${reason}`)
    return delivered
  }

  /** Whether what this service publishes arrives. */
  async healthCheck(): Promise<HubHealth> {
    return this.#client.get().health()
  }

  /** Waits for what is under way, for `deadlineMs` at most, 5 s when absent, and ends. Safe to call again. */
  async close(deadlineMs?: number): Promise<void> {
    await this.#client.close(deadlineMs)
  }

  async #publish(make: (client: EventClient) => Draft): Promise<boolean> {
    const client = this.#client.get()
    try {
      const draft = { ...correlated(), ...make(client) }
      const receipt = await client.deliver(draft)
      if (!receipt.delivered) client.logger.warn(undeliveredLine(client, draft, receipt))
      return receipt.delivered
    } catch (error) {
      client.refuse()
      const reason = error instanceof Error ? error.message : 'it cannot be read'
      this.#warnOnce(`${this.service}: ${reason}; it was not sent.`)
      return false
    }
  }

  #warnOnce(line: string): void {
    this.#once.say(`[HUB] ${line}`, (line) => this.#client.get().logger.warn(line))
  }
}
