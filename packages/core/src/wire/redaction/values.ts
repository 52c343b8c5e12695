import { BACKSLASH, isBlank, isQuote, isSpace, isWord, type Range, skipBlanks, type Text } from './text.ts'

const OPEN = new Set([91, 123])
const CLOSE = new Set([93, 125])
const AMPERSAND = 38
const SEMICOLON = 59
const COMMA = 44
/** `)`, `]`, `}` and `.`: behind a value they belong to the sentence. */
const TRAILING = new Set([41, 93, 125, 46])
const LONGEST_KEPT = 12
/** What is said about a secret, and is none. */
const KEPT = new Set(
  'yes no true false null undefined none nan ok required invalid missing expired expected incorrect failed denied'.split(
    ' ',
  ),
)

/** A value in quotes, brackets or neither, at `at` behind blanks; undefined when there is none to hide. */
export function valueAt(text: Text, at: number, number: boolean): Range | undefined {
  const from = skipBlanks(text, at)
  if (from >= text.length) return undefined
  const quoted = quotedAt(text, from)
  if (quoted) return quoted.from === quoted.to ? undefined : quoted
  if (OPEN.has(text.charCodeAt(from))) return { from, to: bracketsEnd(text, from) }
  return bareAt(text, from, number)
}

/** What stands in the quotes that open at `from`, at any depth of escaping; to the end where they are not closed. */
export function quotedAt(text: Text, from: number): Range | undefined {
  let open = from
  while (text.charCodeAt(open) === BACKSLASH) open++
  const quote = text.charCodeAt(open)
  if (!isQuote(quote)) return undefined
  const escapes = open - from
  let run = 0
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) run++
    else {
      if (code === quote && run % (2 * (escapes + 1)) === escapes) return { from: open + 1, to: at - escapes }
      run = 0
    }
  }
  return { from: open + 1, to: text.length }
}

function bracketsEnd(text: Text, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (OPEN.has(code)) depth++
    else if (CLOSE.has(code) && --depth === 0) return at + 1
    else if (isQuote(code) || code === BACKSLASH) {
      let open = at
      while (text.charCodeAt(open) === BACKSLASH) open++
      const quoted = quotedAt(text, at)
      at = quoted ? quoted.to + open - at : open - 1
    }
  }
  return text.length
}

/** A value without quotes, up to a space or what separates it from the next. */
function bareAt(text: Text, from: number, number: boolean): Range | undefined {
  let to = from
  for (; to < text.length; to++) {
    const code = text.charCodeAt(to)
    if (isSpace(code) || code === AMPERSAND || code === SEMICOLON || code === COMMA) break
    if (isQuote(code) && !isWord(text.charCodeAt(to + 1))) break
    if (code === BACKSLASH && isQuote(text.charCodeAt(to + 1))) break
  }
  while (to > from && TRAILING.has(text.charCodeAt(to - 1))) to--
  if (to === from) return undefined
  const word = to - from <= LONGEST_KEPT ? text.slice(from, to).toLowerCase() : ''
  if (KEPT.has(word) || (number && /^\d{1,9}$/.test(word))) return undefined
  return { from, to }
}

/** The rest of a line, up to `quote` where the line stands in quotes, and up to a comma where `commas` end it. */
export function lineAt(text: Text, from: number, quote: number, commas: boolean): Range | undefined {
  let to = from
  for (; to < text.length; to++) {
    const code = text.charCodeAt(to)
    if (code === 10 || code === 13 || code === quote) break
    if (commas && (code === COMMA || code === SEMICOLON)) break
    // A line break that is written out.
    const next = code === BACKSLASH ? text.charCodeAt(to + 1) : 0
    if (next === 110 || next === 114) break
  }
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return to > from ? { from, to } : undefined
}
