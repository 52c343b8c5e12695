/**
 * Why the store did not do what was asked; all but `timeout` and `internal` mean "try again later".
 *
 * `overloaded`: the queue to the writer or to the readers is full. `over_share`: there is room, but not for this sender. `disk`: the data could not be written.
 * `closed`: the collector is stopping, or its writer is being replaced. `timeout`: a query took too long and was ended.
 * `internal`: these rows cannot be stored, and trying again would not help.
 */
export type StoreErrorReason = 'overloaded' | 'over_share' | 'disk' | 'closed' | 'timeout' | 'internal'

export class StoreError extends Error {
  override readonly name: string = 'StoreError'
  readonly reason: StoreErrorReason

  constructor(reason: StoreErrorReason, message: string) {
    super(message)
    this.reason = reason
  }
}
