import type { DatabaseSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import { markOfEvent, markOfService, type ExceptionMark } from '../../../errors/mark.ts'
import { joined, rank, text, TOLD, type Occurrence } from '../../../errors/occurrence.ts'
import { decided } from '../../../errors/state.ts'
import { errorOfEvent, tellsOfError } from '../../../errors/tell-event.ts'
import { readOtlpOrigin } from '../../../errors/tell-origin.ts'
import type { ToldException } from '../../../otlp/exceptions.ts'
import {
  DAY_MS,
  ERROR_LIMITS,
  HOUR_MS,
  KEPT_DAYS,
  KEPT_HOURS,
  type ErrorDecision,
  type ErrorLimits,
} from '../../errors.ts'
import { ErrorBatch, instanceKey, type InstanceOrigin } from './error-batch.ts'
import type { ErrorGroup } from './error-group.ts'
import { errorStatements, type ErrorStatements } from './error-statements.ts'

const BY_OTLP = TOLD.span_event | TOLD.log

interface Pending {
  service: number
  mark: ExceptionMark
  occurrence: Occurrence
}

/** What is remembered of an exception. */
interface Known {
  told: number
  /** Null when it came before there were groups. */
  group_id: number | null
  hour: number
  occurrence: number
}

/**
 * Counts exceptions by service and by group, each once: whichever signals tell of it, in whichever order, and however
 * often. Held in memory is only what one commit brings.
 */
export class ErrorLedger {
  readonly #marked = new Map<string, Pending>()
  readonly #unmarked: Pending[] = []
  /** What the commit's own AppRegistered say. */
  readonly #registered = new Map<string, InstanceOrigin>()
  readonly #sql: ErrorStatements
  readonly #limits: ErrorLimits
  #now = 0

  constructor(catalog: DatabaseSync, limits: ErrorLimits = ERROR_LIMITS) {
    this.#sql = errorStatements(catalog)
    this.#limits = limits
  }

  /** Takes the error that an event tells of, or which version its instance is. */
  addEvent(service: number, event: HubEvent, receivedMs: number): void {
    const { type, instance, env, payload } = event
    if (type === 'AppRegistered' && instance !== undefined) {
      this.#registered.set(instanceKey(service, instance), {
        version: text(payload['version']),
        env: env ?? text(payload['env']),
      })
    }
    if (!tellsOfError(event)) return
    const { mark, occurrence } = errorOfEvent(event)
    this.#add(service, mark, occurrence, receivedMs)
  }

  /** @param resource the encoded Resource that they came with, where it is known. */
  addOtlp(
    service: number,
    exceptions: readonly ToldException[],
    resource: Uint8Array | undefined,
    receivedMs: number,
  ): void {
    const origin = readOtlpOrigin(resource)
    for (const { mark, occurrence } of exceptions) {
      this.#add(service, mark, Object.assign(occurrence, origin), receivedMs)
    }
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. @returns those new to OTLP by service. */
  save(): Map<number, number> {
    const counts = new Map<number, number>()
    if (this.#marked.size === 0 && this.#unmarked.length === 0) return counts
    const batch = new ErrorBatch(this.#sql, this.#limits, this.#now, this.#registered)
    for (const pendings of [this.#marked.values(), this.#unmarked]) {
      for (const pending of pendings) {
        if (!this.#settle(pending, batch)) continue
        counts.set(pending.service, (counts.get(pending.service) ?? 0) + 1)
      }
    }
    batch.save()
    this.#sql.forget.run(this.#limits.remembered)
    return counts
  }

  saved(): void {
    this.#marked.clear()
    this.#unmarked.length = 0
    this.#registered.clear()
  }

  /** Sets the state of a group, unless that has been given up; runs inside a catalog transaction. */
  decide({ key, change, now }: ErrorDecision): void {
    const row = this.#sql.groupByKey.get(key)
    if (!row) return
    const after = decided(change, row['count'] as number, now)
    const { state, stateMs, resolvedVersion, mutedUntilMs, mutedUntilCount } = after
    const ends = [resolvedVersion, mutedUntilMs, mutedUntilCount]
    this.#sql.saveState.run(state, stateMs, ...ends, row['id'] as number)
  }

  /** Forgets counts that are too old to be kept. */
  prune(now: number): void {
    this.#sql.pruneHours.run(Math.floor(now / HOUR_MS) - KEPT_HOURS)
    this.#sql.pruneDays.run(Math.floor(now / DAY_MS) - KEPT_DAYS)
  }

  /** Tellings of one exception in one commit become one. */
  #add(service: number, given: ExceptionMark, occurrence: Occurrence, receivedMs: number): void {
    this.#now = Math.max(this.#now, receivedMs)
    // A sender whose clock is ahead does not tell of the future.
    occurrence.timeMs = Math.min(occurrence.timeMs || receivedMs, receivedMs)
    const { eventId } = occurrence
    const ofEvent = eventId === null ? null : markOfEvent(service, eventId)
    const mark = given === null ? ofEvent : markOfService(service, given)
    if (mark === null) {
      this.#unmarked.push({ service, mark, occurrence })
      return
    }
    const key = Buffer.from(mark.buffer, mark.byteOffset, mark.byteLength).toString('latin1')
    const twin = this.#marked.get(key)
    if (twin) twin.occurrence = joined(twin.occurrence, occurrence)
    else this.#marked.set(key, { service, mark, occurrence })
  }

  /** @returns whether it is new to OTLP. */
  #settle(pending: Pending, batch: ErrorBatch): boolean {
    const { service, mark, occurrence } = pending
    const known = mark === null ? undefined : (this.#sql.known.get(mark) as unknown as Known | undefined)
    const isNew = (occurrence.told & BY_OTLP) !== 0 && ((known?.told ?? 0) & BY_OTLP) === 0
    if (known && known.group_id !== null) {
      this.#retell(known, known.group_id, pending, batch)
      return isNew
    }
    batch.complete(service, occurrence)
    const group = batch.groupOf(service, occurrence)
    const id = batch.nextOccurrence()
    const hour = group.add(occurrence, id)
    if (mark === null) return isNew
    if (known) this.#sql.retold.run(known.told | occurrence.told, group.id, hour, id, mark)
    else this.#sql.remember.run(mark, occurrence.told, group.id, hour, id)
    return isNew
  }

  /** An exception that was counted is told of by another signal, which may know better where it belongs. */
  #retell(known: Known, groupId: number, { service, mark, occurrence }: Pending, batch: ErrorBatch): void {
    const told = known.told | occurrence.told
    if (told === known.told) return
    const group = batch.group(groupId)
    let { hour, occurrence: id } = known
    let target: ErrorGroup | undefined = group
    if (group) {
      batch.complete(service, occurrence)
      if (rank(told) > rank(known.told)) target = batch.groupOf(service, occurrence)
      // What stands for many counts them, whoever told of it before.
      if (target !== group || occurrence.folded > 0) {
        const stored = group.giveUp(hour, known.told, id)
        id = batch.nextOccurrence()
        hour = target!.add(stored ? joined(occurrence, stored) : occurrence, id)
      } else {
        if ((told & ~known.told & TOLD.event) !== 0) group.reported(hour)
        group.enrich(id, occurrence)
      }
    }
    this.#sql.retold.run(told, target?.id ?? groupId, hour, id, mark)
  }
}
