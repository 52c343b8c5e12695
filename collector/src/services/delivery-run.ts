import type { HubEvent } from '@hubline/core/wire'
import { SeqRanges } from './seq-ranges.ts'

const MAX_REASONS = 20
const MAX_REASON_LENGTH = 60

/**
 * What is known of the events that one run of an instance numbered: those that came, and what the run said of itself.
 *
 * A run declares in its heartbeats how many events it has made and which it had to drop; up to there, what neither came
 * nor was dropped is missing. Beyond, until the next heartbeat or the goodbye, nothing can be said.
 */
export interface DeliveryRun {
  /** Counts the runs of an instance, from 1: a process that is started again may keep its instance name. */
  run: number
  /** When it registered, by its own clock; milliseconds since the epoch, null while that has not come. */
  startedMs: number | null
  /** When the newest of its events was made or received. */
  lastMs: number
  stored: number
  maxSeq: number
  /** Events up to this number have been accounted for by a heartbeat or the goodbye. */
  declared: number
  /** How many of these have come. */
  storedDeclared: number
  /** Numbers above `declared` that have come. */
  beyond: SeqRanges
  /** Of the newest heartbeat; cumulative. */
  dropped: Record<string, number>
  /** Number of the goodbye. */
  closedSeq: number | null
  /** Events that came again. */
  duplicates: number
  /** Events that came after their time was given up by retention. */
  expired: number
}

export function newRun(run: number, startedMs: number | null): DeliveryRun {
  return {
    run,
    startedMs,
    lastMs: 0,
    stored: 0,
    maxSeq: 0,
    declared: 0,
    storedDeclared: 0,
    beyond: new SeqRanges(),
    dropped: {},
    closedSeq: null,
    duplicates: 0,
    expired: 0,
  }
}

/**
 * The run that an event belongs to, begun by this event where it registers a process that counts from the start again.
 *
 * @param runs all of the instance, oldest first; a new one is added.
 */
export function runOf(runs: DeliveryRun[], event: HubEvent): DeliveryRun {
  const occurredMs = Date.parse(event.occurred_at)
  const known = runs.findLast((run) => (run.startedMs ?? 0) <= occurredMs) ?? runs[0]
  const registers = event.type === 'AppRegistered'
  if (known && !(registers && event.seq !== undefined && isTaken(known, event.seq))) {
    if (registers) known.startedMs ??= occurredMs
    return known
  }
  const begun = newRun((runs.at(-1)?.run ?? 0) + 1, registers ? occurredMs : null)
  runs.push(begun)
  return begun
}

/** Counts a stored event in. */
export function receive(run: DeliveryRun, event: HubEvent): void {
  const { seq, type, payload } = event
  if (seq !== undefined) {
    // A number that comes again in an event of its own is that of another process under the same name.
    if (seq > run.declared) run.beyond.exact = run.beyond.add(seq) && run.beyond.exact
    else if (run.storedDeclared < run.declared) run.storedDeclared++
    else run.beyond.exact = false
    run.stored++
    run.maxSeq = Math.max(run.maxSeq, seq)
  }
  if (type !== 'AgentHeartbeat' && type !== 'LifecycleChanged') return
  const generated = count(payload['generated'])
  if (generated !== undefined && generated >= run.declared) {
    run.dropped = readLosses(payload['dropped'])
    declare(run, generated)
  }
  if (payload['state'] !== 'stopped' || seq === undefined || type !== 'LifecycleChanged') return
  declare(run, seq)
  run.closedSeq = Math.max(run.closedSeq ?? 0, seq)
}

/** Whether the run said goodbye and nothing came after it. */
export function isClosed({ closedSeq, maxSeq, declared }: DeliveryRun): boolean {
  return closedSeq !== null && maxSeq <= closedSeq && declared <= closedSeq
}

/** Events up to `declared` that neither came nor were dropped. */
export function missingOf({ declared, storedDeclared, dropped }: DeliveryRun): number {
  return Math.max(0, declared - storedDeclared - sumOf(dropped))
}

export function sumOf(losses: Record<string, number>): number {
  return Object.values(losses).reduce((sum, count) => sum + count, 0)
}

function declare(run: DeliveryRun, seq: number): void {
  if (seq <= run.declared) return
  run.storedDeclared += run.beyond.takeUpTo(seq)
  run.declared = seq
}

function isTaken(run: DeliveryRun, seq: number): boolean {
  return seq <= run.declared || run.beyond.has(seq)
}

function readLosses(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {}
  const losses: Record<string, number> = {}
  for (const [reason, given] of Object.entries(value).slice(0, MAX_REASONS)) {
    const lost = count(given)
    if (lost !== undefined && lost > 0) losses[reason.slice(0, MAX_REASON_LENGTH)] = lost
  }
  return losses
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}
