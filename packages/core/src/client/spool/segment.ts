import { join } from 'node:path'

export const SIGNALS = ['events', 'traces', 'logs', 'metrics'] as const
export type SpoolSignal = (typeof SIGNALS)[number]

/** One file of records, written once and never again. */
export interface Segment {
  readonly folder: string
  readonly number: number
  readonly signal: SpoolSignal
  /** Of the most important thing in it: 0 is low. */
  readonly rank: number
  /** Of this process; else of one that is gone. */
  readonly own: boolean
  readonly bytes: number
  readonly file: string
  /** What has not been delivered of it. */
  items: number
  /** Where that begins. */
  offset: number
  /** It is being read: it must stay. */
  busy: boolean
  /** When the first one of its folder was written, in milliseconds since the epoch; 0 for those of this process. */
  since: number
}

const NAME = /^(\d{12})\.(events|traces|logs|metrics)\.(\d)\.(\d+)\.spool$/

/** The name says how much a file holds, so that a loss is counted although nothing in it can be read. */
export function newSegment(
  place: Pick<Segment, 'folder' | 'number' | 'signal' | 'rank' | 'own' | 'bytes' | 'items'>,
): Segment {
  const { number, signal, rank, items, folder } = place
  const file = join(folder, `${String(number).padStart(12, '0')}.${signal}.${rank}.${items}.spool`)
  return { ...place, file, offset: 0, busy: false, since: 0 }
}

/** Reads what `newSegment` named; undefined for any other file. */
export function segmentOf(folder: string, name: string, bytes: number, own: boolean): Segment | undefined {
  const match = NAME.exec(name)
  if (!match) return undefined
  const [, number, signal, rank, items] = match
  return newSegment({
    folder,
    number: Number(number),
    signal: signal as SpoolSignal,
    rank: Number(rank),
    items: Number(items),
    bytes,
    own,
  })
}
