import {
  addDurations,
  DURATION_BUCKETS,
  durationBucketSql,
  encodeDurations,
  noDurations,
  type DurationCounts,
} from './duration-histogram.ts'

const BUCKETS = 512
if (DURATION_BUCKETS > BUCKETS) throw new Error(`${BUCKETS} buckets are too few`)

/** Where the highest seq is kept up to which spans are counted. */
export const COUNTED_SPANS = 'counted_spans'

/** Which spans are counted together. */
export interface SpanGroup {
  /** Of the start, since the epoch. */
  step: number
  failed: boolean
  /** Of the duration. */
  bucket: number
}

/** The group of a span in SQL: all in one number, as SQLite groups by that much faster than by three. */
export function spanGroupSql(stepMs: number): string {
  const duration = durationBucketSql('end_ns - start_ns')
  return `start_ns / ${stepMs * 1_000_000} * ${2 * BUCKETS} + ${BUCKETS} * (status_code = 2) + ${duration}`
}

export function spanGroup(key: number): SpanGroup {
  return {
    step: Math.floor(key / (2 * BUCKETS)),
    failed: (key & BUCKETS) !== 0,
    bucket: key & (BUCKETS - 1),
  }
}

const SECOND_MS = 1000
const DAY_MS = 86_400 * SECOND_MS
/**
 * Milliseconds of the steps in which spans are counted, each of them a whole number of those before: a part has the shortest
 * of which it is not too many. Of the longest there are 1068, as nanoseconds are counted in 63 bits.
 */
const STEPS_MS: readonly number[] = [
  ...[10, 60, 600, 3600].map((seconds) => seconds * SECOND_MS),
  ...[1, 10, 100].map((days) => days * DAY_MS),
]
const MOST_STEPS = 1500

/** Milliseconds of the shortest steps in which spans are counted. */
export const LEAST_SPAN_STEP_MS: number = STEPS_MS[0]!

/** How long the spans of a step took: encoded durations. */
export interface SpanStep {
  step: number
  failed: Uint8Array
  others: Uint8Array
}

type Counts = Record<'failed' | 'others', DurationCounts>

/** Counts the spans of a part into short steps, and where these are too many into longer ones. */
export class SpanStepCounts {
  #length = 0
  #steps = new Map<number, Counts>()
  #changed = new Set<number>()
  #lengthened = false

  /** Milliseconds of a step. */
  get ms(): number {
    return STEPS_MS[this.#length]!
  }

  /** @param rows of the catalog, which `changed` gave. */
  restore(rows: readonly Record<string, unknown>[]): void {
    for (const row of rows) {
      this.#length = Math.max(0, STEPS_MS.indexOf(row['step_ms'] as number))
      const counts = this.#of(row['step'] as number)
      addDurations(counts.failed, row['failed'] as Uint8Array)
      addDurations(counts.others, row['others'] as Uint8Array)
    }
  }

  /** @param lengthMs milliseconds of the group's step, which a step had here when they were looked at. */
  add({ step, failed, bucket }: SpanGroup, n: number, lengthMs: number): void {
    const own = Math.floor((step * lengthMs) / this.ms)
    this.#of(own)[failed ? 'failed' : 'others'][bucket]! += n
    this.#changed.add(own)
    while (this.#steps.size > MOST_STEPS && this.#length < STEPS_MS.length - 1) this.#lengthen()
  }

  /** The steps that are other than when they were last asked for; where `isWhole`, all that there are. */
  changed(): { ms: number; isWhole: boolean; steps: SpanStep[] } {
    const isWhole = this.#lengthened
    const steps = [...(isWhole ? this.#steps.keys() : this.#changed)].map((step): SpanStep => {
      const { failed, others } = this.#steps.get(step)!
      return { step, failed: encodeDurations(failed), others: encodeDurations(others) }
    })
    this.#changed.clear()
    this.#lengthened = false
    return { ms: this.ms, isWhole, steps }
  }

  #of(step: number): Counts {
    let counts = this.#steps.get(step)
    if (!counts) this.#steps.set(step, (counts = { failed: noDurations(), others: noDurations() }))
    return counts
  }

  #lengthen(): void {
    const [shorter, before] = [this.#steps, this.ms]
    this.#length++
    this.#lengthened = true
    this.#steps = new Map()
    for (const [step, { failed, others }] of shorter) {
      const counts = this.#of(Math.floor((step * before) / this.ms))
      for (let bucket = 0; bucket < DURATION_BUCKETS; bucket++) {
        counts.failed[bucket]! += failed[bucket]!
        counts.others[bucket]! += others[bucket]!
      }
    }
  }
}
