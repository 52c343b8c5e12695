import { isUtf8 } from 'node:buffer'

/** A line of a body that is not blank. */
export interface EventLine {
  text: string
  /** Of JSON without anything between its tokens: how many keys its objects have, together. -1 of any other. */
  keys: number
}

/** The lines of a body that are not blank; null for one that is no text. */
export function eventLines(bytes: Buffer): (EventLine | null)[] {
  const count = new KeyCount(bytes)
  const lines: (EventLine | null)[] = []
  for (const text of textsOf(bytes)) {
    const keys = count.next()
    if (text?.trim() !== '') lines.push(text === null ? null : { text, keys })
  }
  return lines
}

/** Whether all that a line says is in `value`, which was read from it: nothing is said twice, where the last one counts. */
export function isWhole({ keys }: EventLine, value: object): boolean {
  return keys >= 0 && keys === keysOf(value)
}

function keysOf(value: object): number {
  let keys = 0
  const isList = Array.isArray(value)
  for (const name in value) {
    if (!isList) keys++
    const each = (value as Record<string, unknown>)[name]
    if (typeof each === 'object' && each !== null) keys += keysOf(each)
  }
  return keys
}

/** A line feed is a byte of its own in UTF-8, so the lines around a broken one are whole. */
function textsOf(bytes: Buffer): (string | null)[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\n')
  const lines = bytes.toString('latin1').split('\n')
  return lines.map((line) => {
    const own = Buffer.from(line, 'latin1')
    return isUtf8(own) ? own.toString('utf8') : null
  })
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/** Counts the keys of one line after the other. Of what is no JSON it says anything. */
class KeyCount {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): number {
    const bytes = this.#bytes
    let keys = 0
    let isDense = true
    let at = this.#at
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === QUOTE) {
        while (++at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== LINE_FEED)
          if (bytes[at] === BACKSLASH && bytes[at + 1] !== LINE_FEED) at++
        if (bytes[at] === LINE_FEED) break
      } else if (byte === COLON) keys++
      else if (byte === LINE_FEED) break
      else if (byte <= SPACE) isDense = false
    }
    this.#at = at + 1
    return isDense ? keys : -1
  }
}
