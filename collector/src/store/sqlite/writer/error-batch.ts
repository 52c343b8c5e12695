import { createHash } from 'node:crypto'
import { groupingOf, type Grouping } from '../../../errors/grouping.ts'
import type { Occurrence } from '../../../errors/occurrence.ts'
import { DAY_MS, type ErrorLimits } from '../../errors.ts'
import { EVICTED } from '../error-rows.ts'
import { ErrorGroup } from './error-group.ts'
import type { ErrorStatements } from './error-statements.ts'

const MAX_CACHED = 5000
/** Fingerprints that lead to a group. */
const MAX_FINGERPRINTS = 8
const OVERFLOW = 'overflow'
/** Number of the newest occurrence, among the catalog's numbers. */
const OCCURRENCE = 'error_occurrence'

/** Which version an instance is, and where it runs. */
export interface InstanceOrigin {
  version: string | null
  env: string | null
}

export function instanceKey(service: number, instance: string): string {
  return `${service} ${instance}`
}

/** The groups that one commit touches; lives within one catalog transaction. */
export class ErrorBatch {
  readonly #sql: ErrorStatements
  readonly #limits: ErrorLimits
  readonly #now: number
  readonly #groups = new Map<number, ErrorGroup>()
  readonly #byFingerprint = new Map<string, ErrorGroup>()
  readonly #groupings = new Map<string, Grouping>()
  readonly #instances: Map<string, InstanceOrigin>
  readonly #own = new Map<number, { groups: number; fresh: number }>()
  #total: number | undefined
  #occurrence: number
  #evicted = 0

  /** @param registered by `instanceKey`, what the catalog does not know yet. */
  constructor(
    sql: ErrorStatements,
    limits: ErrorLimits,
    now: number,
    registered: ReadonlyMap<string, InstanceOrigin>,
  ) {
    this.#sql = sql
    this.#instances = new Map(registered)
    this.#limits = limits
    this.#now = now
    this.#occurrence = Number(sql.number.get(OCCURRENCE)?.['seq'] ?? 0)
  }

  nextOccurrence(): number {
    return ++this.#occurrence
  }

  /** A group by its number; undefined for one that was given up. */
  group(id: number): ErrorGroup | undefined {
    const known = this.#groups.get(id)
    if (known) return known
    const row = this.#sql.group.get(id)
    return row && this.#hold(row)
  }

  /** The group that an occurrence belongs to, made where there is none. */
  groupOf(service: number, occurrence: Occurrence): ErrorGroup {
    const { fingerprints, version } = this.#grouping(occurrence)
    const [first] = fingerprints as [string]
    const cached = this.#byFingerprint.get(`${service} ${first}`)
    if (cached) return cached
    const found = this.#known(service, fingerprints)
    const group = found ?? this.#make(service, first, version)
    if (group !== this.#byFingerprint.get(`${service} ${OVERFLOW}`)) {
      for (const each of fingerprints) this.#sql.lead.run(service, each, group.id, group.id, MAX_FINGERPRINTS)
    }
    if (this.#byFingerprint.size < MAX_CACHED) this.#byFingerprint.set(`${service} ${first}`, group)
    return group
  }

  /** Adds what the service has said of the instance, where the occurrence itself does not. */
  complete(service: number, occurrence: Occurrence): void {
    const { instance } = occurrence
    if (instance === null || (occurrence.version !== null && occurrence.env !== null)) return
    const key = instanceKey(service, instance)
    let known = this.#instances.get(key)
    if (!known) {
      const row = this.#sql.instance.get(service, instance)
      known = {
        version: (row?.['version'] as string | null | undefined) ?? null,
        env: (row?.['env'] as string | null | undefined) || null,
      }
      if (this.#instances.size < MAX_CACHED) this.#instances.set(key, known)
    }
    occurrence.version ??= known.version
    occurrence.env ??= known.env
  }

  save(): void {
    for (const group of this.#groups.values()) group.save()
    this.#sql.saveNumber.run(OCCURRENCE, this.#occurrence)
    if (this.#evicted === 0) return
    const before = Number(this.#sql.number.get(EVICTED)?.['seq'] ?? 0)
    this.#sql.saveNumber.run(EVICTED, before + this.#evicted)
  }

  /** Storms are of the same stack, which is read once. */
  #grouping(occurrence: Occurrence): Grouping {
    const { type, message, stack, fingerprint } = occurrence
    const key = `${fingerprint ?? ''}\0${type}\0${message}\0${stack}`
    let grouping = this.#groupings.get(key)
    if (!grouping) {
      grouping = groupingOf(occurrence)
      if (this.#groupings.size < MAX_CACHED) this.#groupings.set(key, grouping)
    }
    return grouping
  }

  #known(service: number, fingerprints: readonly string[]): ErrorGroup | undefined {
    for (const each of fingerprints) {
      const id = this.#sql.groupOf.get(service, each)?.['group_id'] as number | undefined
      const group = id === undefined ? undefined : this.group(id)
      if (group) return group
    }
    return undefined
  }

  #make(service: number, fingerprint: string, version: number | null): ErrorGroup {
    const own = this.#ownOf(service)
    if (own.fresh >= this.#limits.newPerDay) return this.#overflow(service)
    if (own.groups >= this.#limits.groupsOfService) {
      own.groups -= this.#evict(this.#sql.idleOfService.all(service))
    }
    own.groups++
    own.fresh++
    return this.#add(service, fingerprint, version, false)
  }

  #ownOf(service: number): { groups: number; fresh: number } {
    let own = this.#own.get(service)
    if (!own) {
      own = { ...this.#sql.countOfService.get(this.#now - DAY_MS, service) } as {
        groups: number
        fresh: number
      }
      this.#own.set(service, own)
    }
    return own
  }

  #overflow(service: number): ErrorGroup {
    const id = this.#sql.groupOf.get(service, OVERFLOW)?.['group_id'] as number | undefined
    const group = (id !== undefined && this.group(id)) || this.#add(service, OVERFLOW, null, true)
    this.#byFingerprint.set(`${service} ${OVERFLOW}`, group)
    return group
  }

  #add(service: number, fingerprint: string, version: number | null, overflow: boolean): ErrorGroup {
    const sql = this.#sql
    this.#total ??= sql.countGroups.get()!['n'] as number
    if (this.#total >= this.#limits.groups) this.#evict(sql.idle.all())
    this.#total++
    // The same group has the same address wherever and whenever it is made.
    const key = createHash('sha256')
      .update(JSON.stringify([service, fingerprint]))
      .digest('hex')
      .slice(0, 16)
    const now = this.#now
    const [type, message] = overflow ? ['(other)', this.#explanation()] : ['', '']
    const told = [Number(overflow), type, message, now, now, now, now]
    const made = sql.addGroup.run(key, service, fingerprint, version, ...told)
    const id = Number(made.lastInsertRowid)
    if (overflow) sql.lead.run(service, fingerprint, id, id, MAX_FINGERPRINTS)
    return this.#hold(sql.group.get(id)!)
  }

  #explanation(): string {
    const most = this.#limits.newPerDay
    return `more than ${most} new kinds of errors came from this service within a day; the further ones are counted here together`
  }

  /**
   * Gives up the first of some groups; one that this commit adds to is not idle, whatever its row still says.
   *
   * @returns how many were given up.
   */
  #evict(idle: readonly Record<string, unknown>[]): number {
    const id = idle.map((row) => row['id'] as number).find((each) => !this.#groups.has(each))
    if (id === undefined) return 0
    new ErrorGroup(this.#sql.group.get(id)!, this.#sql).drop()
    this.#evicted++
    if (this.#total !== undefined) this.#total--
    return 1
  }

  #hold(row: Record<string, unknown>): ErrorGroup {
    const group = new ErrorGroup(row, this.#sql)
    this.#groups.set(group.id, group)
    return group
  }
}
