/** How long an answer is given again. */
const FRESH_MS = 1000

interface Kept {
  /** Of the steady clock. */
  at: number
  text: Promise<string>
}

/** Answers as JSON, each made once for all who ask within a second, however many pages there are. */
export class SharedAnswers<Key> {
  readonly #make: (key: Key) => Promise<unknown>
  readonly #elapsed: () => number
  readonly #kept = new Map<Key, Kept>()

  /** @param elapsed milliseconds of a clock that is never set */
  constructor(make: (key: Key) => Promise<unknown>, elapsed: () => number = () => performance.now()) {
    this.#make = make
    this.#elapsed = elapsed
  }

  of(key: Key): Promise<string> {
    const at = this.#elapsed()
    const kept = this.#kept.get(key)
    if (kept && at - kept.at < FRESH_MS) return kept.text
    const made: Kept = { at, text: this.#make(key).then((answer) => JSON.stringify(answer)) }
    this.#kept.set(key, made)
    // What failed is tried again by who asks next.
    made.text.catch(() => this.#kept.get(key) === made && this.#kept.delete(key))
    return made.text
  }

  /** Something has changed that nobody should wait for. */
  forget(): void {
    this.#kept.clear()
  }
}
