const NAMED = 3
const REASON_LENGTH = 200

/** Counts the items of one request that could not be kept and remembers why the first ones could not. */
export class Rejections {
  /** In the unit of the signal: spans, log records or data points. */
  count = 0
  private items = 0
  private readonly reasons: string[] = []

  /**
   * @param place where in the request, as `resourceSpans[0].scopeSpans[0].spans[2]`
   * @param weight how many spans, log records or data points are lost with it
   */
  add(place: string, reason: string, weight: number): void {
    this.count += weight
    this.items++
    if (this.reasons.length < NAMED) this.reasons.push(`${place}: ${cut(reason)}`)
  }

  /** Undefined when nothing was rejected. */
  get message(): string | undefined {
    if (this.items === 0) return undefined
    const more = this.items - this.reasons.length
    return this.reasons.join('; ') + (more > 0 ? `; and ${more} more` : '')
  }
}

function cut(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`
}
