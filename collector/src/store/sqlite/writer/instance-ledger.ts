import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import type { SignOfLife } from '../../../services/signs-of-life.ts'
import { InstanceEnvs } from './instance-envs.ts'
import { addSign, MonitorLedger } from './monitor-ledger.ts'

interface InstanceDelta {
  service: number
  instance: string
  env: string
  first: number
  last: number
  heartbeat: number | null
  registered: number | null
  events: number
  errors: number
  lifecycleAt: number | null
  facts: Pick<SignOfLife, 'version' | 'host' | 'intervalS' | 'status' | 'lifecycle'>
  signs: SignOfLife[]
}

/** What committed events say about the instances that sent them, summed up in memory and written by `save`. */
export class InstanceLedger {
  readonly monitors: MonitorLedger
  readonly #instances = new Map<string, InstanceDelta>()
  readonly #envs: InstanceEnvs
  readonly #save: StatementSync

  constructor(catalog: DatabaseSync) {
    this.monitors = new MonitorLedger(catalog)
    this.#envs = new InstanceEnvs(catalog)
    this.#save = catalog.prepare(SAVE_INSTANCE)
  }

  add(service: number, event: HubEvent, sign: SignOfLife): void {
    const { at } = sign
    const delta = this.#delta(service, event.instance ?? '', sign)
    addSign(delta.signs, sign)
    delta.first = Math.min(delta.first, at)
    delta.last = Math.max(delta.last, at)
    delta.events++
    if (sign.error) delta.errors++
    const { facts } = delta
    if (sign.version !== undefined) facts.version = sign.version
    if (sign.host !== undefined) facts.host = sign.host
    if (sign.intervalS !== undefined) facts.intervalS = sign.intervalS
    if (sign.status !== undefined) facts.status = sign.status
    if (sign.heartbeat) delta.heartbeat = Math.max(delta.heartbeat ?? 0, at)
    if (sign.registered) delta.registered = Math.max(delta.registered ?? 0, at)
    if (sign.lifecycle === undefined || at < (delta.lifecycleAt ?? 0)) return
    facts.lifecycle = sign.lifecycle
    delta.lifecycleAt = at
  }

  /** Senders that name no environment at times have two of one instance, which `save` brings together. */
  #delta(service: number, instance: string, { at, env: named }: SignOfLife): InstanceDelta {
    const key = `${service} ${named ?? ''} ${instance}`
    let delta = this.#instances.get(key)
    if (!delta) {
      const env = this.#envs.of(service, instance, named)
      const none = { heartbeat: null, registered: null, events: 0, errors: 0, lifecycleAt: null, facts: {} }
      const signs = this.monitors.signsOf(service, env, instance)
      delta = { service, instance, env, first: at, last: at, ...none, signs }
      this.#instances.set(key, delta)
    }
    return delta
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    this.#envs.adopt()
    for (const d of this.#instances.values()) {
      const { version, host, intervalS, status, lifecycle } = d.facts
      this.#save.run(
        d.service,
        d.instance,
        d.env,
        version ?? null,
        host ?? null,
        d.first,
        d.last,
        d.heartbeat,
        d.registered,
        intervalS ?? null,
        status ?? null,
        lifecycle ?? null,
        d.lifecycleAt,
        d.events,
        d.errors,
      )
    }
    this.monitors.save()
  }

  saved(): void {
    this.#instances.clear()
    this.#envs.adopted()
    this.monitors.saved()
  }
}

const SAVE_INSTANCE = `
  INSERT INTO instances (service_id, instance, env, version, host, first_seen_ms, last_seen_ms, heartbeat_ms,
    registered_ms, interval_s, status, lifecycle, lifecycle_ms, events, errors)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    version = coalesce(excluded.version, version), host = coalesce(excluded.host, host),
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms),
    heartbeat_ms = max(coalesce(heartbeat_ms, excluded.heartbeat_ms), coalesce(excluded.heartbeat_ms, heartbeat_ms)),
    registered_ms = max(coalesce(registered_ms, excluded.registered_ms), coalesce(excluded.registered_ms, registered_ms)),
    interval_s = coalesce(excluded.interval_s, interval_s), status = coalesce(excluded.status, status),
    lifecycle = CASE WHEN excluded.lifecycle_ms >= coalesce(lifecycle_ms, 0) THEN excluded.lifecycle ELSE lifecycle END,
    lifecycle_ms = CASE WHEN excluded.lifecycle_ms >= coalesce(lifecycle_ms, 0)
      THEN excluded.lifecycle_ms ELSE lifecycle_ms END,
    events = events + excluded.events, errors = errors + excluded.errors`
