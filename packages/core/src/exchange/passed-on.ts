// What W3C asks of those who pass these headers on; more than that is not.
export const MAX_TRACESTATE = 512
export const MAX_BAGGAGE = 8192

/** A header as it goes on, unless it is longer than `most` characters. */
export function passedOn(header: string | string[] | undefined, most: number): string | undefined {
  const text = Array.isArray(header) ? header.join(',') : header
  return text && text.length <= most ? text : undefined
}
