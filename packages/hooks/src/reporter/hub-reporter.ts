import { type Draft, type EventClientOptions, openEvents } from '@hubline/core/adapter'
import { SEVERITIES } from '@hubline/core/wire'
import type { Severity } from '@hubline/core'
import type { ClientOptions } from '../client-options.ts'
import { correlated } from '../correlation.ts'
import { LazyClient } from '../lazy-client.ts'

export interface ReporterOptions extends ClientOptions {
  /** HUB_SOURCE */
  source?: string | undefined
}

export interface MetricOptions {
  /** `count` when absent. */
  unit?: string
  /** What it was counted over; `24h` when absent. */
  period?: string
}

const MISSING = '[HUB] Error: Missing HUB_API_URL or HUB_API_TOKEN'

/** What is wrong with the configuration is said at each event, as the original does. */
const withoutErrors = ({ logger = console }: ClientOptions): EventClientOptions['logger'] => ({
  error() {},
  warn: (line) => logger.warn(line),
  info: (line) => logger.info(line),
  debug: (line) => logger.debug(line),
})

/**
 * Reports to a hub by hand, one event at a time: for scripts and cron jobs, and for what no middleware sees.
 *
 * HUB_API_URL, HUB_API_TOKEN, HUB_EVENTS_ENABLED, HUB_SOURCE and HUB_ENV say where to and for whom. Every method says in one line what became of
 * its event, resolves to whether the hub has it, and never rejects. Without HUB_API_URL, or with HUB_EVENTS_ENABLED=false, it only says
 * what it would send, which counts as done.
 *
 * @example
 * await getHubReporter().heartbeat()
 * // [HUB] ✅ Event sent: AgentHeartbeat
 */
export class HubReporter {
  readonly #client: LazyClient

  constructor(options: ReporterOptions = {}) {
    this.#client = new LazyClient(() =>
      openEvents({ ...options, logger: withoutErrors(options), direct: true }),
    )
  }

  /** The service is there, in this version and environment; HUB_APP_VERSION and HUB_ENV when absent. */
  async appRegistered(app: { version?: string; env?: string } = {}): Promise<boolean> {
    const { version, env } = app ?? {}
    const { config } = this.#client.get()
    const payload = { version: version ?? config.version, env: env ?? config.env }
    return this.#send({ type: 'AppRegistered', payload })
  }

  /** The service is alive. */
  async heartbeat(status: string = 'healthy'): Promise<boolean> {
    return this.#send({ type: 'AgentHeartbeat', payload: { status } })
  }

  /** A user or another system did something: `interaction('conversation_created', { user_id: 7 })`. */
  async interaction(action: string, details: object = {}): Promise<boolean> {
    return this.#send({ type: 'InteractionDetected', payload: { ...details, action } })
  }

  /** A number over a period. */
  async metric(metric: string, value: number, options: MetricOptions = {}): Promise<boolean> {
    const { unit = 'count', period = '24h' } = options ?? {}
    return this.#send({ type: 'MetricReported', payload: { metric, value, unit, period } })
  }

  /** Something failed; `trace` is a stack. */
  async error(severity: Severity, message: string, trace?: string): Promise<boolean> {
    const payload = { severity, message, ...(trace !== undefined && { trace }) }
    return this.#send({ type: 'ErrorReported', payload, ...(SEVERITIES.includes(severity) && { severity }) })
  }

  /** Waits for what is under way, for `deadlineMs` at most, 5 s when absent, and ends. Safe to call again. */
  async close(deadlineMs?: number): Promise<void> {
    await this.#client.close(deadlineMs)
  }

  async #send(draft: Draft): Promise<boolean> {
    const client = this.#client.get()
    const { mode } = client.config
    const { delivered, reason } = await client.deliver({ ...correlated(), ...draft })
    if (mode === 'inert') console.log(MISSING)
    else if (!delivered) console.log(`[HUB] ❌ Error sending event: ${reason ?? 'it could not be written'}`)
    else if (mode === 'live') console.log(`[HUB] ✅ Event sent: ${draft.type}`)
    return delivered
  }
}

let reporter: HubReporter | undefined

/** The reporter of this process, configured by the environment at its first event. */
export function getHubReporter(): HubReporter {
  return (reporter ??= new HubReporter())
}
