import type { Repairs } from './check.ts'

const NAMED = 3
const REASON_LENGTH = 200

/** Counts the items of one request that could not be kept, and remembers why the first ones could not and what was mended. */
export class Rejections {
  /** In the unit of the signal: spans, log records or data points. */
  count = 0
  private items = 0
  private readonly reasons: string[] = []
  /** What was repaired since the last `settle`. */
  readonly repairs: Repairs = { text: false, size: false }
  private readonly mended = new Places()
  private readonly cut = new Places()

  /**
   * @param place where in the request, as `resourceSpans[0].scopeSpans[0].spans[2]`
   * @param weight how many spans, log records or data points are lost with it
   */
  add(place: string, reason: string, weight: number): void {
    this.count += weight
    this.items++
    if (this.reasons.length < NAMED) this.reasons.push(`${place}: ${cut(reason)}`)
  }

  /** Says where the repairs were: a warning, which rejects nothing. */
  settle(place: () => string): void {
    const { repairs } = this
    if (repairs.text) this.mended.add(place)
    if (repairs.size) this.cut.add(place)
    repairs.text = false
    repairs.size = false
  }

  /** What to tell the sender; undefined when nothing was rejected or repaired. */
  get message(): string | undefined {
    const more = this.items - this.reasons.length
    const parts = more > 0 ? [...this.reasons, `and ${more} more`] : [...this.reasons]
    if (this.mended.count > 0) parts.push(`text that is not UTF-8 was mended: ${this.mended}`)
    if (this.cut.count > 0) parts.push(`texts or attributes over the limits were cut: ${this.cut}`)
    return parts.length === 0 ? undefined : parts.join('; ')
  }
}

/** The first of some places, and how many there are. */
class Places {
  count = 0
  private first = ''

  add(place: () => string): void {
    if (this.count++ === 0) this.first = place()
  }

  toString(): string {
    return this.count > 1 ? `${this.first} and ${this.count - 1} more` : this.first
  }
}

function cut(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`
}
