/** Of one text of others in an answer; what is longer is cut. */
const MOST_CHARACTERS = 300
/** Of all lines of an answer. */
const MOST_IN_ALL = 16_000

/**
 * Text of others on one line, and nothing that a reader would not see: without control and format characters, among them
 * those that turn the direction, and without the invisible ones in which words can be hidden.
 */
export function plain(text: string, most: number = MOST_CHARACTERS): string {
  const visible = text
    .slice(0, most * 4)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}\p{Cn}\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u115f\u1160\u3164\uffa0]/gu, '')
    .trim()
  const characters = [...visible]
  return characters.length <= most ? visible : `${characters.slice(0, most - 1).join('')}…`
}

/** As many lines as an answer may carry, and how many there are beyond them. */
export function bounded(lines: readonly string[], most: number = MOST_IN_ALL): string[] {
  let left = most
  const fitting = lines.findIndex((line) => (left -= line.length + 1) < 0)
  if (fitting < 0) return [...lines]
  return [...lines.slice(0, fitting), `… and ${lines.length - fitting} more lines; ask for less at a time`]
}

/** `0.42 ms`, `340 ms`, `1.24 s`. */
export function took(ms: number): string {
  if (ms < 99.95) return `${Number(ms.toFixed(ms < 9.995 ? 2 : 1))} ms`
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`
}

/** `12 s`, `4 min`, `3 h`, `2 d`: how long before `now`. */
export function ago(ms: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - ms) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`
}

/** `1 span`, `2 spans`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `key=value` of what a program said, in one line. */
export function pairs(values: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(values).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return plain(said.join(' '))
}
