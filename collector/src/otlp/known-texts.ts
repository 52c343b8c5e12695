const SLOTS = 256

/** Texts that come again and again, such as the names of spans, without making each anew. It keeps few of them. */
export class KnownTexts {
  readonly #texts = Array.from({ length: SLOTS }, () => '')

  /** The text of bytes that are ASCII. */
  text(bytes: Buffer, from: number, to: number): string {
    let hash = to - from
    for (let at = from; at < to; at++) hash = Math.imul(hash, 31) + bytes[at]!
    const slot = (hash ^ (hash >>> 8)) & (SLOTS - 1)
    const known = this.#texts[slot]!
    if (isAt(known, bytes, from, to)) return known
    return (this.#texts[slot] = bytes.toString('latin1', from, to))
  }
}

function isAt(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false
  return true
}
