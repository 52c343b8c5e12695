import type { DatabaseSync } from 'node:sqlite'
import type { SignOfLife } from '../../../services/signs-of-life.ts'
import { NO_SETTING, type MonitorSetting } from '../../../monitors/expectation.ts'
import { newMonitor, type Monitor } from '../../../monitors/monitor.ts'
import { change, passTime, schedule } from '../../../monitors/pass-time.ts'
import { takeSign } from '../../../monitors/take-sign.ts'
import type { StateChange } from '../../../monitors/transition.ts'
import type { Transition } from '../../monitors.ts'
import { monitorValues, toMonitor } from '../monitor-rows.ts'
import { numbered } from '../database.ts'
import { monitorStatements, type MonitorStatements } from './monitor-statements.ts'
import { QuietMonitors } from './quiet-monitors.ts'
import { TransitionLog, type Place } from './transition-log.ts'

/** Monitors whose time has come that one look takes; the next one takes more. */
const LOOK_MAX = 1000
const DAY_MS = 86_400_000
/** How long an instance that is gone is kept, and for how long changes of state are. */
const GONE_MS = 7 * DAY_MS
export const HISTORY_MS: number = 35 * DAY_MS

/** What came from one service in one environment, by instance. */
interface Group extends Place {
  instances: Map<string, SignOfLife[]>
}

/**
 * What is expected of each instance, moved on by what it sends and by the time that passes. A monitor is read when an event
 * touches it and dropped when it is saved, so memory is bounded by what one commit touches.
 */
export class MonitorLedger {
  readonly #groups = new Map<string, Group>()
  readonly #sql: MonitorStatements
  readonly #log: TransitionLog
  readonly #quiet = new QuietMonitors()
  /** Groups that have new monitors or changes since they were pruned. */
  readonly #grown = new Map<string, Place>()

  constructor(catalog: DatabaseSync) {
    this.#sql = monitorStatements(catalog)
    this.#log = new TransitionLog(catalog)
  }

  /** Where the signs of an instance are to be added, by `addSign`, until they are saved. */
  signsOf(service: number, env: string, instance: string): SignOfLife[] {
    const key = keyOf({ service, env })
    let group = this.#groups.get(key)
    if (!group) this.#groups.set(key, (group = { service, env, instances: new Map() }))
    let signs = group.instances.get(instance)
    if (!signs) group.instances.set(instance, (signs = []))
    return signs
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    this.#log.begin()
    this.#quiet.begin()
    for (const group of this.#groups.values()) this.#saveGroup(group)
  }

  saved(): void {
    this.#groups.clear()
    this.#log.committed()
    this.#quiet.committed()
  }

  /** The changes that were committed since the last call, oldest first. */
  takeTransitions(): Transition[] {
    return this.#log.take()
  }

  /**
   * Changes the states whose time has come; runs inside a catalog transaction, `saved` follows its commit.
   *
   * @param now milliseconds since the epoch.
   */
  look(now: number): void {
    this.#log.begin()
    // Nobody takes more than two steps: late, then silent.
    for (let step = 0; step < 2 && this.#step(now); step++);
  }

  /** @returns whether any state was changed. */
  #step(now: number): boolean {
    const moved = new Map<string, { place: Place; cause: StateChange }>()
    for (const row of this.#sql.due.all(now, LOOK_MAX)) {
      const monitor = toMonitor(row)
      const place = { service: row['service_id'] as number, env: monitor.env }
      const made = passTime(monitor, this.#setting(place), now)
      const changes = made ? [made] : []
      if (monitor.state === 'silent' && this.#isReplaced(place.service, monitor)) {
        changes.push(change(monitor, 'crashed', monitor.silentAt, 'replaced'))
      }
      this.#save(place, monitor)
      this.#record(place, monitor.instance, changes, now)
      const cause = changes.at(-1)
      if (cause) moved.set(keyOf(place), { place, cause })
    }
    for (const { place, cause } of moved.values()) this.#log.moveService(place, cause, now)
    return moved.size > 0
  }

  /** The clock was set anew: all times of monitors go along. */
  jump(ms: number): void {
    this.#quiet.clear()
    this.#sql.jump.run(numbered(Math.round(ms)))
  }

  /** The collector could not hear anybody for so long: nobody is later for it. */
  pause(ms: number): void {
    this.#sql.pause.run(numbered(Math.round(ms)))
  }

  /** The collector was away until now: whoever lived has a whole interval and its grace to be heard again. */
  amnesty(now: number): void {
    for (const row of this.#sql.active.all()) {
      const monitor = toMonitor(row)
      const place = { service: row['service_id'] as number, env: monitor.env }
      monitor.countedFrom = Math.max(monitor.countedFrom, now)
      schedule(monitor, this.#setting(place))
      this.#save(place, monitor)
    }
  }

  /** Sets what is expected of a service in one environment; runs inside a catalog transaction. */
  adjust(place: Place, setting: MonitorSetting): void {
    const { service, env } = place
    this.#quiet.clear()
    this.#sql.adjust.run(service, env, setting.intervalS, setting.graceS)
    for (const row of this.#sql.ofService.all(service, env)) {
      const monitor = toMonitor(row)
      schedule(monitor, setting)
      this.#save(place, monitor)
    }
  }

  /** Forgets who has long been gone, and of a crowd that came and went all but the newest. */
  prune(now: number): void {
    const { pruneMonitors, pruneCrowd, pruneInstances } = this.#sql
    pruneMonitors.run(now - GONE_MS)
    for (const { service, env } of this.#grown.values()) {
      pruneCrowd.run(numbered(service, env))
      pruneInstances.run(numbered(service, env))
      this.#log.prune(service)
    }
    this.#grown.clear()
    this.#log.pruneBefore(now - HISTORY_MS)
  }

  #saveGroup(group: Group): void {
    const told = [...group.instances].filter(([instance, signs]) => {
      return !signs.every(isPlain) || !this.#quiet.isQuiet(quietKey(group, instance), signs[0]!.receivedMs)
    })
    if (told.length === 0) return
    const setting = this.#setting(group)
    let cause: StateChange | undefined
    let now = 0
    const record = (instance: string, changes: StateChange[], at: number) => {
      this.#record(group, instance, changes, at)
      cause = changes.at(-1) ?? cause
      now = Math.max(now, at)
    }
    const together: SignOfLife[] = []
    for (const [instance, signs] of told) {
      const { changes, declared } = this.#take(group, instance, signs, setting)
      record(instance, changes, signs.at(-1)!.receivedMs)
      for (const sign of signs) if (sign.registered) this.#replace(group, instance, sign, record)
      if (instance !== '' && !declared) together.push(...beatsOf(signs))
    }
    // Instances that declare no interval may live for one beat: together they are the beat of their service.
    if (together.length > 0) {
      record('', this.#take(group, '', together, setting).changes, together.at(-1)!.receivedMs)
    }
    if (cause) this.#log.moveService(group, cause, now)
  }

  #take(
    place: Place,
    instance: string,
    signs: readonly SignOfLife[],
    setting: MonitorSetting,
  ): { changes: StateChange[]; declared: boolean } {
    const { service, env } = place
    const row = this.#sql.find.get(service, env, instance)
    const monitor = row ? toMonitor(row) : newMonitor(env, instance)
    const before = monitor.countedFrom
    const changes = signs.flatMap((sign) => takeSign(monitor, sign, setting))
    // What only postpones the silence of one that lives is written now and then.
    const bearable = (monitor.silentAt - monitor.countedFrom) / 10
    const postponed = monitor.countedFrom - before > bearable
    if (!row) this.#grown.set(keyOf(place), place)
    if (!row || postponed || changes.length > 0 || !signs.every(isPlain)) this.#save(place, monitor)
    const key = quietKey(place, instance)
    if (monitor.state === 'up') this.#quiet.set(key, before + bearable)
    else this.#quiet.delete(key)
    return { changes, declared: monitor.declaredS !== null }
  }

  /** A start tells of those on the same host that are silent. */
  #replace(
    place: Place,
    instance: string,
    { host, at, receivedMs, eventId }: SignOfLife,
    record: (instance: string, changes: StateChange[], at: number) => void,
  ): void {
    if (host === undefined) return
    for (const row of this.#sql.silentOnHost.all(place.service, place.env, host, instance, at)) {
      const monitor = toMonitor(row)
      const made = change(monitor, 'crashed', at, 'replaced', eventId)
      this.#save(place, monitor)
      record(monitor.instance, [made], receivedMs)
    }
  }

  #record(place: Place, instance: string, changes: readonly StateChange[], now: number): void {
    if (changes.length > 0) this.#grown.set(keyOf(place), place)
    for (const made of changes) this.#log.record(place, instance, made, now)
  }

  #isReplaced(service: number, { env, host, instance, signAt }: Monitor): boolean {
    return host !== null && this.#sql.newerOnHost.get(service, env, host, instance, signAt) !== undefined
  }

  #save({ service }: Place, monitor: Monitor): void {
    this.#sql.save.run(...monitorValues(service, monitor))
  }

  #setting({ service, env }: Place): MonitorSetting {
    const row = this.#sql.setting.get(service, env)
    if (!row) return NO_SETTING
    return { intervalS: row['interval_s'] as number | null, graceS: row['grace_s'] as number | null }
  }
}

function keyOf({ service, env }: Place): string {
  return `${service} ${env}`
}

function quietKey(place: Place, instance: string): string {
  return `${keyOf(place)} ${instance}`
}

/** Heartbeats without what belongs to the clock and the host of one sender. */
function beatsOf(signs: readonly SignOfLife[]): SignOfLife[] {
  return signs
    .filter(({ heartbeat }) => heartbeat)
    .map(({ host: _host, ...sign }) => ({ ...sign, occurredMs: sign.at }))
}

/** Adds a sign; of events that only show that their sender lives, the newest in a row tells all. */
export function addSign(signs: SignOfLife[], sign: SignOfLife): void {
  const last = signs.at(-1)
  if (last === undefined || !isPlain(sign) || !isPlain(last)) signs.push(sign)
  else if (sign.occurredMs > last.occurredMs) signs[signs.length - 1] = sign
}

/** Whether it tells only that its sender lives. */
function isPlain({ heartbeat, registered, lifecycle }: SignOfLife): boolean {
  return !heartbeat && !registered && lifecycle === undefined
}
