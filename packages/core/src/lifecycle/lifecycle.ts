import { hostname } from 'node:os'
import type { HubConfig } from '../config/resolve.ts'
import { describeError } from '../errors/describe.ts'
import type { Emitter } from '../events/emitter.ts'
import { scalarAttributes } from '../events/scalar-attributes.ts'
import type { HubStats } from '../hub.ts'
import { processMeasures } from '../otel/process-measures.ts'
import type { Priority, Severity } from '../wire/event.ts'
import type { LifecycleState } from '../wire/payloads.ts'
import { figuresWithNext } from './figures.ts'
import { Heartbeat } from './heartbeat.ts'

const WEIGHTS: { [State in LifecycleState]?: { severity: Severity; priority: Priority } } = {
  stopped: { severity: 'info', priority: 'high' },
  crashed: { severity: 'critical', priority: 'critical' },
  error: { severity: 'error', priority: 'high' },
}

/** Registered → started → ready → stopping → stopped, each said once; ready again after another listen. */
export class Lifecycle {
  readonly #config: HubConfig
  readonly #emitter: Emitter
  readonly #stats: () => HubStats
  readonly #heartbeat: Heartbeat
  /** What serves now: servers or apps that share this hub. */
  readonly #serving = new Set<object>()
  #state: LifecycleState | undefined

  constructor(config: HubConfig, emitter: Emitter, stats: () => HubStats) {
    this.#config = config
    this.#emitter = emitter
    this.#stats = stats
    this.#heartbeat = new Heartbeat(config.heartbeatInterval, (delay) => {
      this.beat('healthy', { event_loop_delay_p99_ms: delay })
    })
  }

  get running(): boolean {
    return this.#state !== undefined && this.#state !== 'stopped' && this.#state !== 'crashed'
  }

  start(): void {
    if (this.#state) return
    const { version, env, heartbeatInterval } = this.#config
    this.#emitter.emit({
      type: 'AppRegistered',
      priority: 'high',
      payload: {
        version,
        env,
        heartbeat_interval_s: heartbeatInterval / 1000,
        host: hostname(),
        pid: process.pid,
        runtime: `node ${process.versions.node}`,
      },
    })
    this.say('started')
  }

  ready(address: string | undefined, server: object): void {
    this.#serving.add(server)
    if (this.#state === 'ready' || this.#state === 'stopping') return
    if (!this.running) this.start()
    this.say('ready', address === undefined ? {} : { address })
    this.#heartbeat.start()
  }

  crashed(error: unknown): void {
    const { error_type, message } = describeError(error, this.#emitter.redact)
    this.#heartbeat.stop()
    this.say('crashed', { reason: `${error_type}: ${message}` })
  }

  /** `server` is absent when all of the service goes. */
  stopping(reason: string, server?: object): void {
    if (this.#othersServe(server)) return
    if (!this.running || this.#state === 'stopping') return
    this.say('stopping', endBy(reason))
  }

  stopped(reason: string, server?: object): void {
    if (this.#othersServe(server)) return void this.#serving.delete(server!)
    this.#serving.clear()
    if (!this.running) return
    this.stopping(reason)
    this.#heartbeat.beat()
    this.#heartbeat.stop()
    this.say('stopped', { ...endBy(reason), ...figuresWithNext(this.#stats()) })
  }

  #othersServe(server: object | undefined): boolean {
    return server !== undefined && this.#serving.size > (this.#serving.has(server) ? 1 : 0)
  }

  say(state: LifecycleState, details: object = {}): boolean {
    this.#state = state
    const attributes = {
      ...scalarAttributes('hub.lifecycle.', details, this.#emitter.redact),
      'hub.lifecycle.state': state,
    }
    return this.#emitter.emit({
      ...(WEIGHTS[state] ?? { severity: 'info', priority: 'high' }),
      ...('exit_code' in details && details.exit_code !== 0 && { severity: 'warning' }),
      type: 'LifecycleChanged',
      payload: { ...details, state },
      log: { eventName: `hub.lifecycle.${state}`, body: state, attributes },
    })
  }

  beat(status: string, details: object): boolean {
    const stats = this.#stats()
    const { rss, heapUsed } = process.memoryUsage()
    const payload = {
      status,
      interval_s: this.#config.heartbeatInterval / 1000,
      uptime_s: Math.round(process.uptime()),
      rss_bytes: rss,
      heap_used_bytes: heapUsed,
      requests: stats.requests,
      ...figuresWithNext(stats),
      breaker: stats.events?.breaker ?? 'closed',
      ...(stats.spool && { spool: stats.spool }),
      ...details,
    }
    const attributes = scalarAttributes('hub.heartbeat.', payload, this.#emitter.redact)
    return this.#emitter.emit({
      type: 'AgentHeartbeat',
      priority: 'normal',
      payload,
      log: { eventName: 'hub.heartbeat', body: status, attributes },
      measures: processMeasures(details),
    })
  }
}

/** The exit code is set before anything hears of the exit. */
function endBy(reason: string): { reason: string; exit_code?: number } {
  if (reason !== 'exit') return { reason }
  const exit_code = Number(process.exitCode ?? 0)
  return { reason: exit_code === 0 ? reason : `exit ${exit_code}`, exit_code }
}
