import type { z } from 'zod'
import type { StoredSignal } from '../store/store.ts'
import { byteCount, duration } from './units.ts'

/** How long and how much is kept. */
export interface Kept {
  /** Milliseconds. */
  readonly ageMs: number
  readonly bytes: number
}

/** What is kept of everything together and, where it says so, of one signal. */
export interface RetentionLimits extends Kept {
  /** An age goes instead of the general one; bytes hold beside the general ones. */
  readonly signals?: Readonly<Partial<Record<StoredSignal, Partial<Kept>>>>
}

type Name = Capitalize<StoredSignal>
export type RetentionKey = `retention${'' | Name}${'' | 'Bytes'}`

const NAMES: Readonly<Record<StoredSignal, Name>> = {
  events: 'Events',
  spans: 'Spans',
  logs: 'Logs',
  metrics: 'Metrics',
}
const SIGNALS = Object.keys(NAMES) as StoredSignal[]

/** The setting that says how long, or with `Bytes` how much, is kept of a signal. */
export function retentionKey(signal: StoredSignal, what: '' | 'Bytes'): RetentionKey {
  return `retention${NAMES[signal]}${what}`
}

/** Names of the variables: `HUBLINE_RETENTION`, `HUBLINE_RETENTION_BYTES`, and both for each signal. */
export const RETENTION_VARIABLES: Readonly<Record<RetentionKey, string>> = Object.fromEntries([
  ['retention', 'HUBLINE_RETENTION'],
  ['retentionBytes', 'HUBLINE_RETENTION_BYTES'],
  ...SIGNALS.flatMap((signal) => {
    const variable = `HUBLINE_RETENTION_${signal.toUpperCase()}`
    return [
      [retentionKey(signal, ''), variable],
      [retentionKey(signal, 'Bytes'), `${variable}_BYTES`],
    ]
  }),
]) as Record<RetentionKey, string>

/** @param read gives a setting as its schema makes it, undefined where it is not given. */
export function readRetention(
  read: (key: RetentionKey, schema: z.ZodType<number>, wanted: string) => number | undefined,
): RetentionLimits {
  const age = (key: RetentionKey) => read(key, duration, 'a time from 1m on, such as 12h or 7d')
  const bytes = (key: RetentionKey) => read(key, byteCount, 'a size from 1MiB on, such as 10GiB')
  const signals: Partial<Record<StoredSignal, Partial<Kept>>> = {}
  for (const signal of SIGNALS) {
    const ageMs = age(retentionKey(signal, ''))
    const most = bytes(retentionKey(signal, 'Bytes'))
    if (ageMs === undefined && most === undefined) continue
    signals[signal] = Object.freeze({
      ...(ageMs !== undefined && { ageMs }),
      ...(most !== undefined && { bytes: most }),
    })
  }
  return Object.freeze({
    ageMs: age('retention') ?? 7 * 86_400_000,
    bytes: bytes('retentionBytes') ?? 10 * 1024 ** 3,
    ...(Object.keys(signals).length > 0 && { signals: Object.freeze(signals) }),
  })
}
