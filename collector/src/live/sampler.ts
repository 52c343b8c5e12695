import { PRIORITIES, SEVERITIES } from '@hubline/core/wire'
import type { ServedEvent } from '../store/events.ts'
import { factsOf } from './filter.ts'

const MAX_BYTES = 512 * 1024
/** Types that tell what changes for a service rather than what it does all day. */
const TELLING = new Set([
  'ErrorReported',
  'LifecycleChanged',
  'AppRegistered',
  'DeploySignal',
  'SecuritySignal',
])

/** What is shown of some events, in their order, and how many were passed over. */
export interface Sample {
  events: ServedEvent[]
  more: number
}

/**
 * Lets so many events a second through as somebody can read. While there are more, the gravest and most telling go
 * first, of equals the newest; the others are counted. What is held in between is bounded in number and bytes.
 */
export class Sampler {
  readonly #perSecond: number
  readonly #clock: () => number
  #held: ServedEvent[] = []
  #bytes = 0
  #more = 0
  /** Events that may go now: a second's worth at most. */
  #allowance: number
  #at: number

  /** @param clock milliseconds */
  constructor(perSecond: number, clock: () => number) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#allowance = perSecond
    this.#at = clock()
  }

  add(events: readonly ServedEvent[]): void {
    for (const event of events) {
      this.#held.push(event)
      this.#bytes += event.json.length
    }
    if (this.#held.length > 4 * this.#perSecond || this.#bytes > MAX_BYTES) this.#keep(this.#perSecond)
  }

  /** What may go now. */
  take(): Sample {
    const now = this.#clock()
    const earned = ((now - this.#at) / 1000) * this.#perSecond
    this.#allowance = Math.min(this.#perSecond, this.#allowance + earned)
    this.#at = now
    this.#keep(Math.floor(this.#allowance))
    const sample = { events: this.#held, more: this.#more }
    this.#allowance -= sample.events.length
    this.#held = []
    this.#bytes = 0
    this.#more = 0
    return sample
  }

  #keep(most: number): void {
    const held = this.#held
    if (held.length > most || this.#bytes > MAX_BYTES) {
      const ranked = held.map((event, index) => ({ index, rank: rankOf(event) }))
      ranked.sort((a, b) => b.rank - a.rank || b.index - a.index)
      const kept = new Set<number>()
      let bytes = 0
      for (const { index } of ranked) {
        const { length } = held[index]!.json
        // One goes through, however large.
        if (kept.size >= most || (kept.size > 0 && bytes + length > MAX_BYTES)) break
        bytes += length
        kept.add(index)
      }
      this.#held = held.filter((_, index) => kept.has(index))
      this.#bytes = bytes
    }
    this.#more += held.length - this.#held.length
  }
}

function rankOf(event: ServedEvent): number {
  const { severity, priority } = factsOf(event)
  const graver = SEVERITIES.indexOf(severity) - SEVERITIES.indexOf('info')
  const urgent = PRIORITIES.indexOf(priority ?? 'normal') - PRIORITIES.indexOf('normal')
  return 4 * Math.max(graver, urgent) + (TELLING.has(event.type) ? 2 : 0)
}
