import { useMemo } from 'preact/hooks'
import { useQuery } from '../../app/router.ts'
import type { Stretch } from './critical-path.ts'

const CLOSEST_MS = 0.001

/** The stretch of the trace that the waterfall shows, as the address says it. */
export interface View extends Stretch {
  isWhole: boolean
  /** Shows another stretch, kept within the trace; a step of the history unless `replace`. */
  show: (from: number, to: number) => void
  /** Shows a stretch `times` as long, about its middle. */
  zoom: (times: number) => void
  /** Moves by a share of what is shown. */
  move: (share: number) => void
  /** Where a time is, 0 to 1 within what is shown. */
  place: (ms: number) => number
}

export function useView(lengthMs: number): View {
  const [query, change] = useQuery()
  const [given, until] = [query.get('from'), query.get('to')]
  return useMemo(() => {
    const from = within(given, 0, lengthMs)
    const to = within(until, lengthMs, lengthMs)
    const [begin, end] = to - from >= CLOSEST_MS ? [from, to] : [0, lengthMs]
    const length = end - begin
    const show = (from: number, to: number) => {
      const size = Math.min(lengthMs, Math.max(CLOSEST_MS, to - from))
      const start = Math.max(0, Math.min(lengthMs - size, from))
      const isWhole = size >= lengthMs
      const text = (ms: number) => String(Number(ms.toPrecision(9)))
      change({ from: isWhole ? '' : text(start), to: isWhole ? '' : text(start + size) }, { replace: true })
    }
    return {
      from: begin,
      to: end,
      isWhole: length >= lengthMs,
      show,
      zoom: (times) => show(begin + (length * (1 - times)) / 2, end - (length * (1 - times)) / 2),
      move: (share) => show(begin + length * share, end + length * share),
      place: (ms) => (length > 0 ? (ms - begin) / length : 0),
    }
  }, [given, until, lengthMs, change])
}

function within(text: string | null, fallback: number, most: number): number {
  const ms = Number(text ?? Number.NaN)
  return Number.isFinite(ms) ? Math.max(0, Math.min(most, ms)) : fallback
}
