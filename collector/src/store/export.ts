import type { OtlpSignal } from './store.ts'

/** What to read of one OTLP signal, in the order it was stored. */
export interface ExportQuery {
  signal: OtlpSignal
  /** The last item that was read before; 0 at the beginning. */
  after: bigint
  /** The last item to read; the newest one where absent. */
  end?: bigint | undefined
  /** Milliseconds since the epoch: only items whose own time is at or after it, or before it. */
  since?: number | undefined
  until?: number | undefined
  service?: string | undefined
}

/** Some of the items, as many as can be read in a moment. */
export interface ExportPage {
  lines: ExportLine[]
  /** Up to where all was looked at; null when it is the end. */
  next: bigint | null
  end: bigint
}

/** Items that were stored one after another. */
export interface ExportLine {
  /** An Export…ServiceRequest in OTLP's JSON. */
  json: string
  /** The last item that it has. */
  last: bigint
}
