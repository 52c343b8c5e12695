import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import { receive, runOf, type DeliveryRun } from '../../../services/delivery-run.ts'
import { deliveryValues, SAVE_DELIVERY, toDelivery } from '../delivery-rows.ts'

interface Account {
  service: number
  instance: string
  /** Oldest first. */
  runs: DeliveryRun[]
  changed: Set<DeliveryRun>
}

/**
 * Which numbered events of which instance have come. An account is read when an event touches it and dropped when it is
 * saved, so memory is bounded by what one commit touches.
 */
export class DeliveryLedger {
  readonly #accounts = new Map<string, Account>()
  readonly #find: StatementSync
  readonly #save: StatementSync
  readonly #prune: StatementSync

  constructor(catalog: DatabaseSync) {
    this.#find = catalog.prepare(
      'SELECT * FROM deliveries WHERE service_id = ? AND instance = ? ORDER BY run DESC LIMIT 10',
    )
    this.#save = catalog.prepare(SAVE_DELIVERY)
    this.#prune = catalog.prepare('DELETE FROM deliveries WHERE last_ms < ?')
  }

  /** @param at when the event was made or received; milliseconds since the epoch. */
  stored(service: number, event: HubEvent, at: number): void {
    const run = this.#run(service, event)
    if (!run) return
    receive(run, event)
    run.lastMs = Math.max(run.lastMs, at)
  }

  repeated(service: number, event: HubEvent): void {
    const run = this.#run(service, event)
    if (run) run.duplicates++
  }

  expired(service: number, event: HubEvent): void {
    const run = this.#run(service, event)
    if (run) run.expired++
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    for (const { service, instance, changed } of this.#accounts.values()) {
      for (const run of changed) this.#save.run(service, instance, ...deliveryValues(run))
    }
  }

  saved(): void {
    this.#accounts.clear()
  }

  prune(beforeMs: number): void {
    this.#prune.run(beforeMs)
  }

  /** Senders that do not number their events have no account; their heartbeats say nothing about numbers either. */
  #run(service: number, event: HubEvent): DeliveryRun | undefined {
    if (event.seq === undefined) return undefined
    const instance = event.instance ?? ''
    const key = `${service} ${instance}`
    let account = this.#accounts.get(key)
    if (!account) {
      const runs = this.#find.all(service, instance).map(toDelivery).toReversed()
      account = { service, instance, runs, changed: new Set() }
      this.#accounts.set(key, account)
    }
    const run = runOf(account.runs, event)
    account.changed.add(run)
    return run
  }
}
