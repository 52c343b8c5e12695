import { causesOf, describeError, type ErrorDescription } from '../errors/describe.ts'
import type { Redactor } from '../wire/redaction.ts'

/** An error seen in the course of an exchange. */
export class CapturedError {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whether the application's own handler answered it. */
  handled: boolean
  reported = false
  /** Of a stream in the answer, and no error handler has heard of it. */
  piped = false
  #thrown: unknown
  #weak: WeakRef<object> | undefined
  #description: ErrorDescription | undefined

  constructor(thrown: unknown, handled: boolean, at: number) {
    this.at = at
    this.#thrown = thrown
    this.handled = handled
  }

  /** Whether it tells of `thrown`, as such or among its causes. */
  is(thrown: unknown): boolean {
    return tellsOf(this.#seen, thrown)
  }

  /** Whether `thrown` tells more: it has this one among its causes. */
  isWithin(thrown: unknown): boolean {
    return tellsOf(thrown, this.#seen)
  }

  /** Whether `test` holds of what was thrown. */
  follows(test: (thrown: unknown) => boolean): boolean {
    return test(this.#seen)
  }

  get #seen(): unknown {
    return this.#weak ? this.#weak.deref() : this.#thrown
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

function tellsOf(error: unknown, inner: unknown): boolean {
  return Object.is(error, inner) || causesOf(error).some((cause) => Object.is(cause, inner))
}
