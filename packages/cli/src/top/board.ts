import type { ErrorGroup } from '../rows/errors.ts'
import type { ServiceRow } from '../rows/services.ts'
import type { TraceSummary } from '../rows/traces.ts'
import type { Bus } from './bus.ts'
import { Feed } from './feed.ts'

/** Seconds over which the rate of events is taken. */
const RATE_S = 5

/** Everything that is shown, as it was last heard; those who draw it are told of changes, a few times a second. */
export class Board {
  readonly feed: Feed = new Feed()
  services: readonly ServiceRow[] | undefined
  errors: readonly ErrorGroup[] | undefined
  traces: readonly TraceSummary[] | undefined
  bus: Bus | undefined
  stream: 'live' | 'lost' | 'none' = 'none'
  /** Why something could not be read, by what it was. */
  readonly problems: Map<string, string> = new Map()
  /** What became of what was asked for last. */
  message = ''
  /** Events in a second. */
  rate = 0
  #version = 0
  #isChanged = false
  #counts: number[] = []
  readonly #listeners = new Set<() => void>()

  /** Tells of a change by the next look. */
  change(): void {
    this.#isChanged = true
  }

  /** @param perSecond how often it is called */
  look(perSecond: number): void {
    this.#counts = [...this.#counts, this.feed.count].slice(-RATE_S * perSecond - 1)
    const seconds = (this.#counts.length - 1) / perSecond
    const rate = seconds > 0 ? (this.feed.count - this.#counts[0]!) / seconds : 0
    const isNew = this.feed.look() || rate !== this.rate || this.#isChanged
    this.rate = rate
    if (isNew) this.tell()
  }

  /** Tells of a change at once. */
  tell(): void {
    this.#isChanged = false
    this.#version++
    for (const listener of this.#listeners) listener()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly version = (): number => this.#version
}
