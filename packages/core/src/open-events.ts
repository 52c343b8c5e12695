import { type HubHealth, healthOf } from './client/health.ts'
import { Outbox, type OutboxStats } from './client/outbox.ts'
import { systemClock } from './clock.ts'
import type { HubOptions } from './config/options.ts'
import { type HubConfig, resolveConfig } from './config/resolve.ts'
import { type Draft, Emitter, type Receipt } from './events/emitter.ts'
import { leveledLogger, type Logger } from './logger.ts'
import { shared } from './process/shared.ts'
import { onFarewell } from './process/watch.ts'
import type { Redactor } from './wire/redaction.ts'

export interface EventClientOptions extends HubOptions {
  /**
   * Everything goes by `deliver()`, whose callers hear what became of it: nothing waits on disk, and what is not
   * delivered is left to them to tell.
   */
  direct?: boolean | undefined
}

const CLOSE_MS = 5000
/** The longest interval there is. */
const MOST_MS = 2 ** 31 - 1
/** Characters of an answer that are told. */
const MOST_REASON = 200
const SILENT = leveledLogger('silent')

/**
 * Sends events that somebody makes by hand, by the same delivery as a hub: no capture, no lifecycle or heartbeats of its
 * own, no OTLP. So its events carry no `seq`, by which a heartbeat would account for them.
 */
export class EventClient {
  readonly config: HubConfig
  readonly logger: Logger
  readonly #outbox: Outbox
  readonly #emitter: Emitter
  readonly #under = new Set<Promise<Receipt>>()
  readonly #stay: () => void
  #closing: Promise<void> | undefined

  constructor(config: HubConfig, logger: Logger, { direct, transport, clock }: EventClientOptions) {
    this.config = config
    this.logger = logger
    this.#outbox = new Outbox(config, direct ? SILENT : logger, transport)
    this.#emitter = new Emitter(config, this.#outbox, logger, clock ?? systemClock, false)
    this.#stay =
      config.mode === 'live'
        ? onFarewell(
            () => this.flush(),
            () => this.#outbox.keepRest(),
          )
        : () => {}
  }

  /** Queues an event; false when it cannot be sent. Never throws or waits. */
  emit(draft: Draft): boolean {
    return this.#closing === undefined && this.#emitter.emit(draft)
  }

  /**
   * Sends an event now, and again up to `maxRetries` times (HUB_MAX_RETRIES when absent); what is not delivered then is
   * lost. Never rejects. The process stays until it is decided.
   */
  async deliver(draft: Draft, maxRetries?: number): Promise<Receipt> {
    if (this.#closing) return { delivered: false, reason: 'it is closed' }
    const sending = this.#emitter.deliver(draft, maxRetries)
    this.#under.add(sending)
    // Connections and pauses keep no process: one that waits for the answer would end without it.
    const hold = setInterval(() => {}, MOST_MS)
    const receipt = await sending
    clearInterval(hold)
    this.#under.delete(sending)
    return receipt
  }

  /** Posts to another address of the hub's server, once: whether it answered 200. Never rejects. */
  async call(path: string): Promise<Receipt> {
    if (this.#closing) return { delivered: false, reason: 'it is closed' }
    const hold = setInterval(() => {}, MOST_MS)
    try {
      const answer = await this.#outbox.call(path, this.config.timeout)
      if (!answer) return { delivered: false, reason: 'there is no address to send to' }
      if (answer.status === 200) return { delivered: true }
      return { delivered: false, reason: `${answer.status} ${answer.body.slice(0, MOST_REASON)}`.trimEnd() }
    } catch (error) {
      return { delivered: false, reason: (error as Error).message }
    } finally {
      clearInterval(hold)
    }
  }

  /** Counts an event that its maker found to be wrong. */
  refuse(): void {
    this.#emitter.refuse()
  }

  /** What hides secrets, before anything is queued. */
  get redact(): Redactor {
    return this.#emitter.redact
  }

  health(): HubHealth {
    return healthOf(this.config, this.#outbox.events)
  }

  stats(): OutboxStats {
    return this.#outbox.stats()
  }

  /** Sends what waits; resolves when it is done, when the receiver fails, or after `deadlineMs`. */
  async flush(deadlineMs: number = CLOSE_MS): Promise<void> {
    await Promise.all([this.#outbox.flush(deadlineMs), within(deadlineMs, Promise.all(this.#under))])
  }

  /** Sends what waits within `deadlineMs` and ends; safe to call again. */
  close(deadlineMs: number = CLOSE_MS): Promise<void> {
    return (this.#closing ??= this.#close(deadlineMs))
  }

  async #close(deadlineMs: number): Promise<void> {
    this.#stay()
    await this.flush(deadlineMs)
    await this.#outbox.close(deadlineMs / 10)
    const lost = this.stats().events?.dropped.expired ?? 0
    if (lost > 0)
      this.logger.warn(`[HUB] ${this.config.source}: ${lost} events were not delivered before the end.`)
  }
}

/**
 * Makes a client for events that somebody makes by hand. Without HUB_API_URL it only prints them: who calls it wants to see
 * what it does.
 *
 * @throws never; what cannot be used is said in one line and replaced by its default
 */
export function openEvents(options: EventClientOptions = {}): EventClient {
  const { config, notices, idle } = resolveConfig(options, process.env, process.cwd())
  const logger = leveledLogger(config.logLevel, options.logger)
  const mode = idle === undefined ? config.mode : 'dry-run'
  const { said } = shared()
  for (const { level, line } of notices) {
    if (line === idle || said.has(line)) continue
    logger[level](line)
    said.add(line)
  }
  const own: Partial<HubConfig> = { mode, otlp: { ...config.otlp, enabled: false } }
  if (options.direct) Object.assign(own, { spoolDir: undefined })
  return new EventClient(Object.freeze({ ...config, ...own }), logger, options)
}

/** Resolves with `work`, or after `ms` if that is sooner. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
