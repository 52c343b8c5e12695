/** One file of a copy of the store. */
export interface BackupFile {
  /** Where it goes in a data directory, such as `events/12.db`. */
  name: string
  bytes: number
  content: AsyncIterable<Uint8Array>
}
