import type { Severity } from '../wire/event.ts'
import type { ErrorDescription } from './describe.ts'

/** What errors that were not reported one by one have in common. */
export interface Fold {
  description: ErrorDescription
  fingerprint: string
  /** That of the gravest. */
  severity: Severity
  /** Whether the application dealt with all of them. */
  handled: boolean
  count: number
  /** Milliseconds since the epoch. */
  firstAt: number
  lastAt: number
}

export type Occurrence = Pick<Fold, 'description' | 'fingerprint' | 'severity' | 'handled'>

/** Errors of one fingerprint in one window that are few, each reported in full; more are a storm. */
const FEW = 20
const WINDOW_MS = 10_000
const MOST_FINGERPRINTS = 1000
const BY_GRAVITY: readonly Severity[] = ['debug', 'info', 'warning', 'error', 'critical']

interface Kind {
  /** In this window, in full or not. */
  seen: number
  /** More than a few came in the window before. */
  stormy: boolean
  fold: Fold | undefined
}

/**
 * Folds storms of the same error. A few in a window are each reported in full; of a storm's first window the first few
 * are, of each further window the first, and the rest is counted and told of in one summary as the window ends.
 * Those in full and the counts add up to the errors that happened.
 */
export class StormGuard {
  readonly #summarise: (fold: Fold, windowMs: number) => void
  readonly #kinds = new Map<string, Kind>()
  /** Beyond so many kinds, the kinds themselves are the storm. */
  #others: Fold | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(summarise: (fold: Fold, windowMs: number) => void) {
    this.#summarise = summarise
  }

  /** Whether this one is reported in full; if not, it is counted. */
  admits(occurrence: Occurrence): boolean {
    this.#watch()
    let kind = this.#kinds.get(occurrence.fingerprint)
    if (!kind && this.#kinds.size < MOST_FINGERPRINTS) {
      kind = { seen: 0, stormy: false, fold: undefined }
      this.#kinds.set(occurrence.fingerprint, kind)
    }
    if (!kind) this.#others = addedTo(this.#others, occurrence)
    else if (kind.seen++ < (kind.stormy ? 1 : FEW)) return true
    else kind.fold = addedTo(kind.fold, occurrence)
    return false
  }

  /** Tells of what was folded so far; the window goes on. */
  release(): void {
    const folds = [...this.#kinds.values()].map(({ fold }) => fold)
    folds.push(this.#others)
    for (const kind of this.#kinds.values()) kind.fold = undefined
    this.#others = undefined
    for (const fold of folds) if (fold) this.#summarise(fold, WINDOW_MS)
  }

  #watch(): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.release()
      for (const [fingerprint, { seen }] of this.#kinds) {
        if (seen > FEW) this.#kinds.set(fingerprint, { seen: 0, stormy: true, fold: undefined })
        else this.#kinds.delete(fingerprint)
      }
      if (this.#kinds.size > 0) this.#watch()
    }, WINDOW_MS).unref()
  }
}

function addedTo(fold: Fold | undefined, occurrence: Occurrence): Fold {
  const now = Date.now()
  if (!fold) return { ...occurrence, count: 1, firstAt: now, lastAt: now }
  fold.count++
  fold.lastAt = now
  if (BY_GRAVITY.indexOf(occurrence.severity) > BY_GRAVITY.indexOf(fold.severity))
    fold.severity = occurrence.severity
  fold.handled &&= occurrence.handled
  return fold
}
