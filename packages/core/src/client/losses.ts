/**
 * Why something was never delivered.
 *
 * - `queue_full`: the queue was at its limit of bytes
 * - `spool_full`: neither the queue nor the disk had room for it
 * - `corrupt`: it was on disk and could not be read again
 * - `rejected`: the receiver refused it for good
 * - `too_large`: alone it was over the receiver's limit
 * - `expired`: it was still waiting when the client had to close
 * - `unreachable`: somebody waited to hear of it, and the receiver was away
 * - `invalid`: it could not be put into words (an unserialisable payload)
 */
export type LossReason =
  | 'queue_full'
  | 'spool_full'
  | 'corrupt'
  | 'rejected'
  | 'too_large'
  | 'expired'
  | 'unreachable'
  | 'invalid'

export type LossTable = { [Reason in LossReason]?: number }

/** What became of everything that one delivery was given. */
export class Tally {
  accepted = 0
  delivered = 0
  readonly dropped: LossTable = {}

  get lost(): number {
    return Object.values(this.dropped).reduce((sum, count) => sum + count, 0)
  }

  /** Adds what `other` has counted. */
  add(other: Tally): void {
    this.accepted += other.accepted
    this.delivered += other.delivered
    for (const [reason, count] of Object.entries(other.dropped)) this.drop(reason as LossReason, count)
  }

  drop(reason: LossReason, count: number): void {
    if (count > 0) this.dropped[reason] = (this.dropped[reason] ?? 0) + count
  }
}
