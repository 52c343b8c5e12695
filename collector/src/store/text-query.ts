import { wordsOf } from './text-words.ts'

const MAX_TERMS = 20

/** Words that must follow each other; of the last one only the beginning where it is a `prefix`. */
export interface TextTerm {
  words: readonly string[]
  prefix: boolean
}

/** What a text must have, all of it, and what it must not have, none of it. */
export interface TextQuery {
  include: readonly TextTerm[]
  exclude: readonly TextTerm[]
}

const TERM = /(-?)(?:"([^"]*)("?)|([^\s"]+))(\*?)/g

/**
 * Reads a search such as `timeout "connection refused" -retry pay*`.
 *
 * Everything else in it is text: a term of several words, such as `order_42`, is a phrase.
 *
 * @returns undefined where it has no word, or more than 20 terms.
 */
export function parseTextQuery(text: string): TextQuery | undefined {
  const include: TextTerm[] = []
  const exclude: TextTerm[] = []
  for (const [, minus, quoted, , bare, star] of text.matchAll(TERM)) {
    const raw = quoted ?? bare!
    const words = wordsOf(raw)
    if (words.length === 0) continue
    const prefix = star === '*' || raw.endsWith('*')
    ;(minus === '-' ? exclude : include).push({ words, prefix })
  }
  const terms = include.length + exclude.length
  return terms === 0 || terms > MAX_TERMS ? undefined : { include, exclude }
}

/** Whether a text with these words is what the query asks for. */
export function matchesText({ include, exclude }: TextQuery, words: readonly string[]): boolean {
  return include.every((term) => holds(words, term)) && !exclude.some((term) => holds(words, term))
}

function holds(words: readonly string[], { words: wanted, prefix }: TextTerm): boolean {
  const last = wanted.length - 1
  for (let start = 0; start + last < words.length; start++) {
    let at = 0
    while (at < last && words[start + at] === wanted[at]) at++
    if (at < last) continue
    const word = words[start + last]!
    if (prefix ? word.startsWith(wanted[last]!) : word === wanted[last]) return true
  }
  return false
}
