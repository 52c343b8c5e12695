/** What there is of one signal, and what retention has given up of it. Times are milliseconds since the epoch. */
export interface KeptSignal {
  parts: number
  /** On disk, with indexes and write-ahead logs. */
  bytes: number
  /** Times that the items themselves tell; null where there are none. */
  oldestMs: number | null
  newestMs: number | null
  /** Since the data directory was made. */
  removed: { parts: number; items: number; bytes: number; lastMs: number | null }
}
