/** Whether a value of JSON has more than `levels` objects and arrays within each other. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const each of value) if (isDeeper(each, levels - 1)) return true
    return false
  }
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], levels - 1)) return true
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, `]` and `}` differ by this bit alone. */
const CURLY = 0x20
const OPENS = 0x7b
const CLOSES = 0x7d

/**
 * The same of JSON text that is not parsed yet: a few megabytes of brackets would become gigabytes of objects.
 *
 * @param text in UTF-8
 */
export function isDeeperText(text: Uint8Array, levels: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!
    if (byte === QUOTE) {
      while (++at < text.length && text[at] !== QUOTE) if (text[at] === BACKSLASH) at++
    } else if ((byte | CURLY) === OPENS) {
      if (++depth > levels) return true
    } else if ((byte | CURLY) === CLOSES) depth--
  }
  return false
}
