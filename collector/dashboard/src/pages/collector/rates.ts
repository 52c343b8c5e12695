import type { Answer } from '../../api/client.ts'

export type Stats = Answer<'stats'>
export const SIGNALS = ['events', 'spans', 'logs', 'metrics'] as const
export type Signal = (typeof SIGNALS)[number]

const MOST = 300

export interface Sample {
  at: number
  perSecond: Record<Signal, number>
  queued: number
}

/** What came in between readings of the counters, for as long as the page is open. */
export class Rates {
  #last: { at: number; stats: Stats } | undefined
  #samples: readonly Sample[] = []

  get samples(): readonly Sample[] {
    return this.#samples
  }

  /** @param at of the reading; milliseconds since the epoch */
  add(stats: Stats, at: number): void {
    const last = this.#last
    this.#last = { at, stats }
    // Of another run of the collector the counters begin anew.
    if (!last || last.stats.since_start.since !== stats.since_start.since || at <= last.at) return
    const seconds = (at - last.at) / 1000
    const [before, now] = [last.stats.since_start.accepted, stats.since_start.accepted]
    const rates = SIGNALS.map((signal) => [signal, Math.max(0, now[signal] - before[signal]) / seconds])
    const perSecond = Object.fromEntries(rates) as Record<Signal, number>
    this.#samples = [...this.#samples, { at, perSecond, queued: stats.queue.bytes }].slice(-MOST)
  }
}
