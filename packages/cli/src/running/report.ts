import { hostname } from 'node:os'
import { basename } from 'node:path'
import type { Draft, EventClient } from '@hubline/core/adapter'
import { printable, type Terminal } from '../terminal.ts'
import { isGood, reasonOf, type Ending } from './ending.ts'

const MAX_MESSAGE = 500

/** Tells a hub of a program that says nothing itself: registered, started, alive, stopped or crashed. */
export class ProgramReport {
  readonly #client: EventClient
  readonly #terminal: Terminal
  readonly #command: string
  #timer: NodeJS.Timeout | undefined
  #startedAt = 0

  constructor(client: EventClient, terminal: Terminal, program: string) {
    this.#client = client
    this.#terminal = terminal
    this.#command = basename(program)
  }

  started(pid: number): void {
    const { version, env, heartbeatInterval } = this.#client.config
    const command = this.#command
    this.#startedAt = performance.now()
    this.#emit({
      type: 'AppRegistered',
      priority: 'high',
      payload: {
        version,
        env,
        heartbeat_interval_s: heartbeatInterval / 1000,
        host: hostname(),
        pid,
        command,
      },
    })
    this.#emit({
      type: 'LifecycleChanged',
      priority: 'high',
      severity: 'info',
      payload: { state: 'started', pid },
    })
    this.#beat(pid)
    this.#timer = setInterval(() => this.#beat(pid), heartbeatInterval)
  }

  ended(ending: Ending): void {
    clearInterval(this.#timer)
    const { code, signal, stderr } = ending
    const good = isGood(ending)
    const reason = reasonOf(ending)
    this.#emit({
      type: 'LifecycleChanged',
      priority: good ? 'high' : 'critical',
      severity: good ? 'info' : 'critical',
      payload: {
        state: good ? 'stopped' : 'crashed',
        reason,
        ...(code !== null && { exit_code: code }),
        ...(signal !== null && { signal }),
        ...(!good && stderr !== '' && { stderr }),
        ...(this.#startedAt > 0 && { uptime_s: this.#uptime() }),
      },
    })
    if (good) return
    const message = `${this.#command}: ${reason}`
    const lastLine = stderr.slice(stderr.lastIndexOf('\n') + 1)
    this.#emit({
      type: 'ErrorReported',
      priority: 'critical',
      severity: 'critical',
      payload: {
        severity: 'critical',
        error_type: 'ProgramCrashed',
        message: (lastLine === '' ? message : `${message}: ${lastLine}`).slice(0, MAX_MESSAGE),
        handled: false,
        ...(stderr !== '' && { trace: stderr }),
      },
    })
  }

  #beat(pid: number): void {
    const interval_s = this.#client.config.heartbeatInterval / 1000
    this.#emit({
      type: 'AgentHeartbeat',
      payload: { status: 'healthy', interval_s, uptime_s: this.#uptime(), pid },
    })
  }

  #uptime(): number {
    return Math.round((performance.now() - this.#startedAt) / 100) / 10
  }

  #emit(draft: Draft): void {
    const { config, redact } = this.#client
    if (config.mode !== 'dry-run') return void this.#client.emit(draft)
    // The program's stdout is its own.
    const payload = JSON.stringify(redact.value(draft.payload))
    this.#terminal.err.write(`[HUB] Would send: ${draft.type} - ${printable(payload)}\n`)
  }
}
