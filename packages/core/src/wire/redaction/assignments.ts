import { type SecretKeys, isSecretParameter, squash, type Verdict } from './keys.ts'
import {
  BACKSLASH,
  isBlank,
  isName,
  isQuote,
  isWord,
  type Range,
  skipBlanks,
  standsAt,
  type Text,
} from './text.ts'
import { lineAt, quotedAt, valueAt } from './values.ts'

const COLON = 58
const EQUALS = 61
const GREATER = 62
const LESS = 60
const BRACKET = 93
/** Names are looked at from their end, no further than this. */
const MAX_NAME = 64
const MAX_BETWEEN = 8
/** The second words of names that are written as two: `api key: …`. */
const SECOND = new Set(['key', 'id', 'number', 'word', 'phrase', 'code'])
const SCHEMES = new Set([
  'bearer',
  'basic',
  'token',
  'apikey',
  'jwt',
  'dpop',
  'digest',
  'negotiate',
  'ntlm',
  'hawk',
  'oauth',
])
/** Schemes that are followed by one word, and not by a list. */
const ONE_WORD = new Set(['bearer', 'basic', 'token', 'apikey', 'jwt', 'dpop', 'negotiate', 'ntlm'])
const PASCAL_CASE = /^[A-Z][a-z\d]{1,62}[A-Z]/
/** Said of an option, and no value of it. */
const SAID = new Set(
  'is was and or to for with must needs need requires cannot should not expects option flag as'.split(' '),
)

interface Name extends Range {
  text: string
  /** It stands in quotes or brackets of its own. */
  enclosed: boolean
}

/** The secret value that is assigned by the `=`, `:`, `=>` or `%3D` at `at`. */
export function assignedAt(text: Text, at: number, keys: SecretKeys): Range | undefined {
  const separator = text.charCodeAt(at)
  const colon = separator === COLON
  // What is assigned in a scope of C++ or Rust is none.
  if (colon && (text.charCodeAt(at + 1) === COLON || text.charCodeAt(at - 1) === COLON)) return undefined
  const name = nameBefore(text, at)
  if (name.from === name.to) return undefined
  let value = separator === EQUALS || colon ? at + 1 : at + 3
  const prose = colon && isBlank(text.charCodeAt(value)) && !name.enclosed
  const verdict = judge(text, name, keys, prose, colon)
  if (verdict === 'plain') return undefined
  while (text.charCodeAt(value) === EQUALS || text.charCodeAt(value) === GREATER) value++
  return header(text, name, value, colon) ?? valueAt(text, value, verdict === 'unless-number')
}

/** What stands in an element of XML whose opening tag ends at `at`. */
export function elementAt(text: Text, at: number, keys: SecretKeys): Range | undefined {
  const name = nameBefore(text, at)
  if (name.to !== at || text.charCodeAt(name.from - 1) !== LESS) return undefined
  if (keys.judgeOnce(name.text) === 'plain') return undefined
  return lineAt(text, at + 1, LESS, false)
}

/** The value behind an option, as in `--password x` and `'--password', 'x'`; the name begins at `at`. */
export function optionAt(text: Text, at: number, keys: SecretKeys): Range | undefined {
  let end = at
  while (end - at < MAX_NAME && isName(text.charCodeAt(end))) end++
  let value = end
  if (isQuote(text.charCodeAt(value))) value++
  if (text.charCodeAt(value) === 44) value++
  value = skipBlanks(text, value)
  const first = text.charCodeAt(value)
  if (end === at || value === end || value >= text.length || first === 45) return undefined
  const verdict = keys.judgeOnce(text.slice(at, end))
  if (verdict === 'plain') return undefined
  const found = valueAt(text, value, verdict === 'unless-number')
  if (!found) return undefined
  return found.to - found.from <= MAX_BETWEEN && SAID.has(text.slice(found.from, found.to))
    ? undefined
    : found
}

/** Headers whose value is more than a word: what follows a scheme, or the rest of the line. */
function header(text: Text, name: Name, value: number, colon: boolean): Range | undefined {
  const from = skipBlanks(text, value)
  if (
    from >= text.length ||
    quotedAt(text, from) ||
    text.charCodeAt(from) === 91 ||
    text.charCodeAt(from) === 123
  )
    return undefined
  const plain = squash(name.text)
  const before = text.charCodeAt(name.from - 1)
  const quote = !name.enclosed && isQuote(before) ? before : -1
  const inUrl = before === 38 || before === 63
  if (!inUrl && /cookie2?$/.test(plain)) return lineAt(text, from, quote, false)
  if (colon && /(?:passphrase|mnemonic)$/.test(plain)) return lineAt(text, from, quote, true)
  const scheme = schemeAt(text, from)
  if (scheme) {
    const rest = skipBlanks(text, from + scheme.length)
    return ONE_WORD.has(scheme) ? valueAt(text, rest, false) : lineAt(text, rest, quote, false)
  }
  return colon && plain.endsWith('authorization') ? lineAt(text, from, quote, false) : undefined
}

function schemeAt(text: Text, from: number): string | undefined {
  let end = from
  while (end - from <= MAX_BETWEEN + 1 && isWord(text.charCodeAt(end))) end++
  const word = text.slice(from, end).toLowerCase()
  return SCHEMES.has(word) && isBlank(text.charCodeAt(end)) ? word : undefined
}

function judge(text: Text, name: Name, keys: SecretKeys, prose: boolean, colon: boolean): Verdict {
  const verdict = keys.judgeOnce(name.text)
  // `TokenExpiredError: jwt expired` says something, `AccessToken: abc` is one.
  if (verdict !== 'plain')
    return prose && PASCAL_CASE.test(name.text) && !keys.endsSecret(name.text) ? 'plain' : verdict
  const before = text.charCodeAt(name.from - 1)
  if (!colon && (before === 38 || before === 63 || before === 35) && isSecretParameter(name.text))
    return 'secret'
  if (before === 37 && isSecretParameter(name.text.slice(2))) return 'secret'
  if (before !== 32 || !SECOND.has(name.text.toLowerCase())) return 'plain'
  const first = nameBefore(text, name.from)
  return keys.endsSecret(first.text + name.text) ? 'secret' : 'plain'
}

/** The name that ends before `at`, behind blanks, quotes and brackets. */
function nameBefore(text: Text, at: number): Name {
  let to = at
  while (to > 0 && at - to < MAX_BETWEEN && isBlank(text.charCodeAt(to - 1))) to--
  const outer = to
  while (to > 0 && at - to < MAX_BETWEEN && encloses(text.charCodeAt(to - 1))) to--
  let from = to
  while (from > 0 && to - from < MAX_NAME && isName(text.charCodeAt(from - 1))) from--
  return { from, to, text: text.slice(from, to), enclosed: to < outer }
}

function encloses(code: number): boolean {
  return isQuote(code) || code === BACKSLASH || code === BRACKET
}

/** Whether `%3D` stands at `at`, a `=` within a URL within another. */
export function isEncodedEquals(text: Text, at: number): boolean {
  return text.charCodeAt(at + 1) === 51 && standsAt(text, at + 2, 'd')
}
