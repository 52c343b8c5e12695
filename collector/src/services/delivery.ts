import { isClosed, missingOf, type DeliveryRun } from './delivery-run.ts'

/** What came after the newest heartbeat of a run that did not say goodbye: how much more there was is not known. */
export interface UnknownTail {
  /** The numbers up to here are accounted for. */
  after_seq: number
  /** Events beyond it that came. */
  stored: number
  /** Numbers beyond it that did not come although a later one did: still under way, dropped or lost. */
  gaps: number
}

/** One run of an instance, as the API shows it. */
export interface InstanceDelivery {
  /** Null for a sender that names no instance. */
  instance: string | null
  /** From 1; more than one where a process that was started again kept its instance name. */
  run: number
  /** The greatest number that is known of. */
  generated: number
  stored: number
  /** By reason, as the newest heartbeat says; cumulative. */
  dropped: Record<string, number>
  /** Of those accounted for, how many neither came nor were dropped. */
  missing: number
  /**
   * False when there were too many gaps to keep: then at least so many are missing. False, too, when numbers came twice
   * or more is stored than was generated, as processes share the instance's name: then only `stored` is sure.
   */
  exact: boolean
  /** Null after a goodbye. */
  unknown_tail: UnknownTail | null
  /** Events that came again and were stored once. */
  duplicates: number
  /** Events that came after retention had given up their time. */
  expired: number
}

export interface DeliveryTotals {
  runs: number
  generated: number
  stored: number
  dropped: Record<string, number>
  missing: number
  exact: boolean
  /** Of the runs that did not say goodbye. */
  unknown_tail: { runs: number; stored: number; gaps: number }
  duplicates: number
  expired: number
}

export interface ServiceDelivery {
  service: string
  totals: DeliveryTotals
  /** Newest first. */
  instances: InstanceDelivery[]
  /** Whether there are more than are shown. */
  truncated: boolean
}

export function describeRun(instance: string, run: DeliveryRun): InstanceDelivery {
  const { declared, maxSeq, beyond } = run
  const stored = beyond.size
  const tail = { after_seq: declared, stored, gaps: Math.max(0, maxSeq - declared - stored) }
  return {
    instance: instance || null,
    run: run.run,
    generated: Math.max(maxSeq, declared),
    stored: run.stored,
    dropped: run.dropped,
    missing: missingOf(run),
    exact: beyond.exact && run.stored <= Math.max(maxSeq, declared),
    unknown_tail: isClosed(run) ? null : tail,
    duplicates: run.duplicates,
    expired: run.expired,
  }
}

export function noDelivery(): DeliveryTotals {
  const unknown_tail = { runs: 0, stored: 0, gaps: 0 }
  const counts = { generated: 0, stored: 0, missing: 0, duplicates: 0, expired: 0 }
  return { runs: 0, ...counts, dropped: {}, exact: true, unknown_tail }
}

export function addDelivery(totals: DeliveryTotals, run: InstanceDelivery): void {
  totals.runs++
  for (const key of ['generated', 'stored', 'missing', 'duplicates', 'expired'] as const) {
    totals[key] += run[key]
  }
  for (const [reason, count] of Object.entries(run.dropped)) {
    totals.dropped[reason] = (totals.dropped[reason] ?? 0) + count
  }
  totals.exact &&= run.exact
  if (!run.unknown_tail) return
  totals.unknown_tail.runs++
  totals.unknown_tail.stored += run.unknown_tail.stored
  totals.unknown_tail.gaps += run.unknown_tail.gaps
}
