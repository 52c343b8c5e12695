/** Events of a part that were received in each step of time, by severity. */
export interface EventSteps {
  /** Milliseconds of a step. */
  ms: number
  /** Steps since the epoch, severity, how many. */
  counts: [step: number, severity: string, n: number][]
}

/** Milliseconds of the steps in which sealed parts are counted. */
export const COUNT_STEPS_MS: readonly number[] = [10_000, 60_000, 600_000, 3_600_000, 86_400_000]
/** More than any count over time shows of a range in which all of the part lies. */
export const MOST_COUNT_STEPS = 1500

/** Events of a source, type and severity: how many, and when the first and last happened, in ms since the epoch. */
export type EventGroup = [
  source: string,
  type: string,
  severity: string,
  n: number,
  first: number,
  last: number,
]

/** What is counted of a stretch of a part's events. */
export interface EventStretch {
  /** Place among the groups of the part, how many. */
  groups: [place: number, n: number][]
  steps: EventSteps
}

/** Counts into short steps, and where these are too many into longer ones. */
export class EventStepCounts {
  #length = 0
  /** By severity, then by step. */
  #counts = new Map<string, Map<number, number>>()

  /** @param before what was counted before. */
  constructor(before?: EventSteps) {
    if (!before) return
    this.#length = Math.max(0, COUNT_STEPS_MS.indexOf(before.ms))
    for (const [step, severity, n] of before.counts) this.#add(step, severity, n)
  }

  add(receivedMs: number, severity: string): void {
    this.#add(Math.floor(receivedMs / this.#ms), severity, 1)
    while (this.#counts.get(severity)!.size > MOST_COUNT_STEPS && this.#length < COUNT_STEPS_MS.length - 1)
      this.#lengthen()
  }

  result(): EventSteps {
    const counts = [...this.#counts].flatMap(([severity, steps]) =>
      [...steps].map(([step, n]): EventSteps['counts'][number] => [step, severity, n]),
    )
    return { ms: this.#ms, counts }
  }

  get #ms(): number {
    return COUNT_STEPS_MS[this.#length]!
  }

  #add(step: number, severity: string, n: number): void {
    let steps = this.#counts.get(severity)
    if (!steps) this.#counts.set(severity, (steps = new Map()))
    steps.set(step, (steps.get(step) ?? 0) + n)
  }

  #lengthen(): void {
    const { ms, counts } = this.result()
    this.#length++
    this.#counts = new Map()
    for (const [step, severity, n] of counts) this.#add(Math.floor((step * ms) / this.#ms), severity, n)
  }
}
