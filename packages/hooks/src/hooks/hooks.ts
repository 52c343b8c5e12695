import type { EventOptions, HubHealth } from '@hubline/core'
import { type Draft, openEvents, type Receipt } from '@hubline/core/adapter'
import type { ClientOptions } from '../client-options.ts'
import { correlationIdOrNew } from '../correlation.ts'
import { LazyClient } from '../lazy-client.ts'
import { Once } from '../once.ts'
import { checkEvent, refusalLine } from '../vocabulary/check.ts'
import type { EventData, EventName, Vocabulary } from '../vocabulary/vocabulary.ts'
import { undeliveredLine } from './undelivered.ts'

export interface HookOptions extends ClientOptions {
  /**
   * Whether events wait for others: until there are `batchSize` or `batchTimeout` has passed. A call then resolves once its
   * event is queued; without batching, once it has arrived. `true` when absent.
   */
  batching?: boolean | undefined
  /** Events of one request, 100 when absent. */
  batchSize?: number | undefined
  /** Milliseconds or text such as `'5s'`, which it is when absent. */
  batchTimeout?: number | string | undefined
  /** HUB_SPOOL_DIR: with batching, where events wait while the receiver is away. */
  spoolDir?: string | undefined
  spoolMaxBytes?: number | string | undefined
}

export interface RetryOptions extends EventOptions {
  /** Attempts after the first one; HUB_MAX_RETRIES when absent, which is 3. */
  maxRetries?: number
}

/** What all hooks have in common, whatever their vocabulary; `createHooks` adds a method for each event. */
export class HookSet<V extends Vocabulary = Vocabulary> {
  readonly vocabulary: V
  readonly #batching: boolean
  readonly #client: LazyClient
  readonly #once = new Once()

  constructor(vocabulary: V, { batching = true, ...options }: HookOptions = {}) {
    this.vocabulary = vocabulary
    this.#batching = batching
    this.#client = new LazyClient(() =>
      openEvents({
        batchSize: 100,
        batchTimeout: '5s',
        dialect: 'ecosystem',
        ...options,
        source: vocabulary.system,
        direct: !batching,
      }),
    )
  }

  get system(): V['system'] {
    return this.vocabulary.system
  }

  /** Reads the configuration now, which the first event would do else. Safe to call again. */
  async initialize(): Promise<void> {
    this.#client.get()
  }

  /** Emits an event by its name; false when `data` are not as the vocabulary says or it cannot be sent. Never rejects. */
  async emit<Name extends EventName<V>>(
    name: Name,
    data: EventData<V, Name>,
    options: EventOptions = {},
  ): Promise<boolean> {
    const draft = this.#draft(name, data, options)
    return draft !== undefined && this.#send(draft)
  }

  /** Sends an event now, whatever waits, and again up to `maxRetries` times; whether it arrived. Never rejects. */
  async emitWithRetry<Name extends EventName<V>>(
    name: Name,
    data: EventData<V, Name>,
    options: RetryOptions = {},
  ): Promise<boolean> {
    const { maxRetries, ...rest } = options ?? {}
    const draft = this.#draft(name, data, rest)
    return draft !== undefined && this.#deliver(draft, maxRetries)
  }

  /** Emits an event that the vocabulary does not know, of any type, unchecked. Never rejects. */
  async event(type: string, payload: object, options: EventOptions = {}): Promise<boolean> {
    return this.#send({ correlationId: correlationIdOrNew(), ...options, type, payload })
  }

  /** Whether what these hooks say arrives. */
  async healthCheck(): Promise<HubHealth> {
    return this.#client.get().health()
  }

  /** Sends what waits; resolves when that is done, when the receiver fails, or after `deadlineMs`. */
  async flush(deadlineMs?: number): Promise<void> {
    await this.#client.flush(deadlineMs)
  }

  /** Sends what waits within `deadlineMs`, 5 s when absent, and ends: later events are refused. Safe to call again. */
  async shutdown(deadlineMs?: number): Promise<void> {
    await this.#client.close(deadlineMs)
  }

  #draft(name: string, data: unknown, options: EventOptions): Draft | undefined {
    const checked = checkEvent(this.vocabulary, name, data)
    if ('event' in checked) return { correlationId: correlationIdOrNew(), ...checked.event, ...options }
    const client = this.#client.get()
    client.refuse()
    this.#once.say(refusalLine(this.vocabulary, name, checked.problem), (line) => client.logger.warn(line))
    return undefined
  }

  async #send(draft: Draft): Promise<boolean> {
    return this.#batching ? this.#client.get().emit(draft) : this.#deliver(draft)
  }

  async #deliver(draft: Draft, maxRetries?: number): Promise<boolean> {
    const client = this.#client.get()
    const receipt: Receipt = await client.deliver(draft, maxRetries)
    if (!receipt.delivered) client.logger.warn(undeliveredLine(client, draft, receipt))
    return receipt.delivered
  }
}
