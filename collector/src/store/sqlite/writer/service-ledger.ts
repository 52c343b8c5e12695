import type { DatabaseSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import { signOfLife } from '../../../services/signs-of-life.ts'
import { numbered } from '../database.ts'
import { CallLedger, type CallSpan } from './call-ledger.ts'
import { DeliveryLedger } from './delivery-ledger.ts'
import { ErrorLedger } from './error-ledger.ts'
import { ExchangeLedger } from './exchange-ledger.ts'
import { InstanceLedger } from './instance-ledger.ts'
import type { MonitorLedger } from './monitor-ledger.ts'
import { ledgerStatements, type LedgerStatements } from './service-statements.ts'

const DAY_MS = 86_400_000
const MAX_TYPES = 1000
const OTHER_TYPE = '(other)'

interface ServiceDelta {
  first: number
  last: number
  events: number
  errors: number
  spans: number
  spanErrors: number
  logs: number
  metrics: number
  /** 0 for none. */
  lastSpan: number
  lastInteraction: number
}

/**
 * What committed rows say about services and instances, summed up in memory and written by `save`.
 *
 * Nothing is held between two saves, so memory is bounded by what one commit touches.
 */
export class ServiceLedger {
  readonly #services = new Map<number, ServiceDelta>()
  readonly #types = new Map<string, { service: number; type: string; count: number }>()
  readonly #instances: InstanceLedger
  readonly #deliveries: DeliveryLedger
  readonly errors: ErrorLedger
  readonly #calls: CallLedger
  readonly #exchanges: ExchangeLedger
  readonly #sql: LedgerStatements

  /** @param maxAgeMs how old a span may be to be counted among the calls; milliseconds. */
  constructor(catalog: DatabaseSync, maxAgeMs: number) {
    this.#calls = new CallLedger(catalog, maxAgeMs)
    this.#deliveries = new DeliveryLedger(catalog)
    this.errors = new ErrorLedger(catalog)
    this.#exchanges = new ExchangeLedger(catalog)
    this.#instances = new InstanceLedger(catalog)
    this.#sql = ledgerStatements(catalog)
  }

  get monitors(): MonitorLedger {
    return this.#instances.monitors
  }

  addEvent(service: number, event: HubEvent, receivedMs: number): void {
    const sign = signOfLife(event, receivedMs)
    const total = this.#service(service, sign.at)
    total.events++
    if (sign.error) total.errors++
    if (event.type === 'InteractionDetected') total.lastInteraction = Math.max(total.lastInteraction, sign.at)
    const typeKey = `${service} ${event.type}`
    const type = this.#types.get(typeKey)
    if (type) type.count++
    else this.#types.set(typeKey, { service, type: event.type, count: 1 })
    this.#instances.add(service, event, sign)
    this.#deliveries.stored(service, event, sign.at)
    this.#exchanges.add(event)
    this.errors.addEvent(service, event, receivedMs)
  }

  /** An event that was stored already came again. */
  addDuplicate(service: number, event: HubEvent): void {
    this.#deliveries.repeated(service, event)
  }

  /** An event came that is not stored: its time was given up. */
  addExpired(service: number, event: HubEvent): void {
    this.#deliveries.expired(service, event)
  }

  addSpan(service: number, span: CallSpan, receivedMs: number): void {
    const total = this.#service(service, receivedMs)
    total.lastSpan = Math.max(total.lastSpan, receivedMs)
    if (!this.#calls.add(service, span, receivedMs)) return
    total.spans++
    if (span.statusCode === 2) total.spanErrors++
  }

  /** Takes a span that was counted before a restart, so that it is known if it comes again. */
  rememberSpan(service: number, span: CallSpan): void {
    this.#calls.remember(service, span)
  }

  addLog(service: number, receivedMs: number): void {
    this.#service(service, receivedMs).logs++
  }

  addMetric(service: number, receivedMs: number): void {
    this.#service(service, receivedMs).metrics++
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    const sql = this.#sql
    const exceptions = this.errors.save()
    for (const [id, d] of this.#services) {
      const { first, last, events, errors, spans, spanErrors, logs, metrics } = d
      const counts = [events, errors, spans, spanErrors, logs, metrics, exceptions.get(id) ?? 0]
      sql.service.run(numbered(first, last, ...counts, d.lastSpan || null, d.lastInteraction || null, id))
    }
    for (const { service, type, count } of this.#types.values()) {
      if (sql.countType.run(count, service, type).changes !== 0) continue
      const known = Number(sql.types.get(service)!['n'])
      sql.addType.run(service, known < MAX_TYPES ? type : OTHER_TYPE, count)
    }
    this.#instances.save()
    this.#deliveries.save()
    this.#exchanges.save()
    this.#calls.save()
  }

  saved(): void {
    this.#services.clear()
    this.#types.clear()
    this.#instances.saved()
    this.#deliveries.saved()
    this.#exchanges.saved()
    this.errors.saved()
    this.#calls.saved()
  }

  /** Forgets instances that were last seen a week ago; every restart of a service makes a new one. */
  prune(now: number): void {
    this.#sql.prune.run(now - 7 * DAY_MS)
    this.#deliveries.prune(now - 7 * DAY_MS)
    this.#calls.prune(now)
    this.errors.prune(now)
  }

  #service(id: number, at: number): ServiceDelta {
    let delta = this.#services.get(id)
    if (!delta) {
      delta = {
        first: at,
        last: at,
        events: 0,
        errors: 0,
        spans: 0,
        spanErrors: 0,
        logs: 0,
        metrics: 0,
        lastSpan: 0,
        lastInteraction: 0,
      }
      this.#services.set(id, delta)
    } else {
      delta.first = Math.min(delta.first, at)
      delta.last = Math.max(delta.last, at)
    }
    return delta
  }
}
