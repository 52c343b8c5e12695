import { describeError, type ErrorDescription } from '../errors/describe.ts'
import type { Redactor } from '../wire/redaction.ts'

/** An error seen in the course of an exchange. */
export class CapturedError {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whether the application's own handler answered it. */
  handled: boolean
  reported = false
  #thrown: unknown
  #weak: WeakRef<object> | undefined
  #description: ErrorDescription | undefined

  constructor(thrown: unknown, handled: boolean, at: number) {
    this.at = at
    this.#thrown = thrown
    this.handled = handled
  }

  is(thrown: unknown): boolean {
    return Object.is(this.#weak ? this.#weak.deref() : this.#thrown, thrown)
  }

  /** Whether `test` holds of what was thrown. */
  follows(test: (thrown: unknown) => boolean): boolean {
    return test(this.#weak ? this.#weak.deref() : this.#thrown)
  }

  /** Words for it, found once; from then on what was thrown, and all that hangs on it, may be forgotten. */
  describe(redact: Redactor): ErrorDescription {
    if (this.#description) return this.#description
    this.#description = describeError(this.#thrown, redact)
    if (typeof this.#thrown === 'object' && this.#thrown !== null) {
      this.#weak = new WeakRef(this.#thrown)
      this.#thrown = undefined
    }
    return this.#description
  }
}
