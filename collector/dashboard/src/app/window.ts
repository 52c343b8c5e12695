import { useEffect, useState } from 'preact/hooks'
import { thisSecond } from '../format/now.ts'

/** Stretches of time that end now. */
export const WINDOWS = [
  { value: '15m', label: '15 minutes', ms: 900_000 },
  { value: '1h', label: '1 hour', ms: 3_600_000 },
  { value: '6h', label: '6 hours', ms: 21_600_000 },
  { value: '24h', label: '24 hours', ms: 86_400_000 },
  { value: '7d', label: '7 days', ms: 604_800_000 },
] as const

export type Window = (typeof WINDOWS)[number]

const STEP_MS = 15_000

/** The window of this name, an hour where there is none. */
export function windowOf(name: string | null | undefined): Window {
  return WINDOWS.find(({ value }) => value === name) ?? WINDOWS[1]
}

/** Milliseconds since the epoch, in steps of 15 s, so that what is read since then is read again that often. */
export function useNow(): number {
  const [now, setNow] = useState(stepped)
  useEffect(() => thisSecond.watch(() => setNow(stepped())), [])
  return now
}

function stepped(): number {
  return Math.floor(thisSecond.get() / STEP_MS) * STEP_MS
}
