/** Longer words are cut; what is longer is no word but data. */
const MAX_WORD = 128
/** Between two fields, so that no phrase spans them: a private-use character, which no word has. */
export const FIELD_END = '\u{E000}'

const ASCII_WORDS = /[a-z0-9]+/g
const WORDS = /[\p{L}\p{N}]+|\u{E000}/gu
const MARKS = /\p{M}+/gu
// oxlint-disable-next-line no-control-regex
const BEYOND_ASCII = /[^\u0000-\u007f]/

/** Text as words are looked for in it: lower case, without accents, and compatible forms as one. */
export function foldText(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').toLowerCase().replace(MARKS, '')
}

/**
 * The words of a text, in order: runs of letters and digits, folded. This alone decides what a word is, for the index as
 * for a search without one.
 *
 * @example
 * wordsOf('Café: order_42') // ['cafe', 'order', '42']
 */
export function wordsOf(text: string): string[] {
  const folded = foldText(text)
  const words: string[] = folded.match(BEYOND_ASCII.test(folded) ? WORDS : ASCII_WORDS) ?? []
  for (let at = 0; at < words.length; at++) {
    if (words[at]!.length > MAX_WORD) words[at] = words[at]!.slice(0, MAX_WORD)
  }
  return words
}
