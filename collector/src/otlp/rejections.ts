const NAMED = 3
const REASON_LENGTH = 200

/** Counts the items of one request that could not be kept, and remembers why the first ones could not and what was mended. */
export class Rejections {
  /** In the unit of the signal: spans, log records or data points. */
  count = 0
  private items = 0
  private readonly reasons: string[] = []
  private mended = 0
  private firstMended = ''

  /**
   * @param place where in the request, as `resourceSpans[0].scopeSpans[0].spans[2]`
   * @param weight how many spans, log records or data points are lost with it
   */
  add(place: string, reason: string, weight: number): void {
    this.count += weight
    this.items++
    if (this.reasons.length < NAMED) this.reasons.push(`${place}: ${cut(reason)}`)
  }

  /** Says that text was not UTF-8 and has U+FFFD now: a warning, which rejects nothing. */
  warnOfText(place: string): void {
    if (this.mended++ === 0) this.firstMended = place
  }

  /** What to tell the sender; undefined when nothing was rejected or mended. */
  get message(): string | undefined {
    const more = this.items - this.reasons.length
    const parts = more > 0 ? [...this.reasons, `and ${more} more`] : [...this.reasons]
    if (this.mended > 0) {
      const others = this.mended > 1 ? ` and ${this.mended - 1} more` : ''
      parts.push(`text that is not UTF-8 was mended: ${this.firstMended}${others}`)
    }
    return parts.length === 0 ? undefined : parts.join('; ')
  }
}

function cut(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`
}
