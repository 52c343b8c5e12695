import type { ErrorDescription } from './describe.ts'

/** What errors that were not reported one by one have in common. */
export interface Fold {
  description: ErrorDescription
  fingerprint: string
  count: number
  /** Milliseconds since the epoch. */
  firstAt: number
  lastAt: number
}

/** Errors of one fingerprint that are reported in full within a window. */
const IN_FULL = 20
const WINDOW_MS = 10_000
const MOST_FINGERPRINTS = 1000

/**
 * Folds storms of the same error: the first of a window are reported in full, the rest are counted and told of in
 * one summary when the window ends.
 */
export class StormGuard {
  readonly #summarise: (fold: Fold, windowMs: number) => void
  readonly #seen = new Map<string, number>()
  readonly #folds = new Map<string, Fold>()
  #timer: NodeJS.Timeout | undefined

  constructor(summarise: (fold: Fold, windowMs: number) => void) {
    this.#summarise = summarise
  }

  /** Whether this one is reported in full; if not, it is counted. */
  admits(description: ErrorDescription, fingerprint: string): boolean {
    this.#timer ??= setTimeout(() => this.release(), WINDOW_MS).unref()
    const seen = this.#seen.get(fingerprint) ?? 0
    if (seen < IN_FULL && (seen > 0 || this.#seen.size < MOST_FINGERPRINTS)) {
      this.#seen.set(fingerprint, seen + 1)
      return true
    }
    // Beyond that many kinds, the kinds themselves are the storm.
    const key = seen > 0 ? fingerprint : ''
    const now = Date.now()
    const fold = this.#folds.get(key)
    if (fold) {
      fold.count++
      fold.lastAt = now
    } else this.#folds.set(key, { description, fingerprint, count: 1, firstAt: now, lastAt: now })
    return false
  }

  /** Ends the window and tells what was folded. */
  release(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const folds = [...this.#folds.values()]
    this.#folds.clear()
    this.#seen.clear()
    for (const fold of folds) this.#summarise(fold, WINDOW_MS)
  }
}
