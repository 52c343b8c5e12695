/**
 * A body, or a stored message, that cannot be read as OTLP at all.
 *
 * The message says what is wrong and where, in words fit for the sender: `resourceSpans[0] is not an object`.
 */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError'
}

/** The text of anything thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What `read` returns or, instead of throwing, the reason why an item cannot be kept. */
export function attempt<T>(read: () => T): T | Error {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
