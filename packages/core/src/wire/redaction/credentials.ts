import {
  BACKSLASH,
  isBlank,
  isDigit,
  isName,
  isQuote,
  isSpace,
  isWord,
  type Range,
  skipBlanks,
  standsAt,
  type Text,
} from './text.ts'

const MAX_LABEL = 64
const MIN_TOKEN = 6
const MIN_HEADER = 10
const MIN_JWT = 20
const WEB = new Set(['http', 'https', 'ws', 'wss', 'ftp'])
const SCHEMES = ['bearer', 'basic']
/** What is said of a scheme, and is no token. */
const SAID =
  /^(?:authentication|authorization|credentials?|tokens|access|header|scheme|realm=.*|error=.*|scope=.*)$/i

/** The token behind `Bearer` or `Basic` at `at`. */
export function schemeTokenAt(text: Text, at: number): Range | undefined {
  const scheme = SCHEMES.find((name) => standsAt(text, at, name))
  if (!scheme || !isBlank(text.charCodeAt(at + scheme.length)) || isName(text.charCodeAt(at - 1)))
    return undefined
  const from = skipBlanks(text, at + scheme.length)
  let to = from
  while (isTokenCharacter(text.charCodeAt(to))) to++
  return to - from < MIN_TOKEN || SAID.test(text.slice(from, Math.min(to, from + MAX_LABEL)))
    ? undefined
    : { from, to }
}

/** The JSON Web Token, signed or encrypted, that begins with the `eyJ` at `at`; `to` is the end of what was looked at. */
export function jwtAt(text: Text, at: number): Range & { found: boolean } {
  let to = at
  while (isName(text.charCodeAt(to))) to++
  const first = to
  const whole = first - at >= MIN_HEADER
  let dots = 0
  let end = to
  while (dots < 4 && text.charCodeAt(end) === 46) {
    dots++
    end++
    while (isName(text.charCodeAt(end))) end++
  }
  return whole && dots >= 2 && end - at >= MIN_JWT
    ? { from: at, to: end, found: true }
    : { from: at, to: first, found: false }
}

/** The private key whose first line says `BEGIN` at `at`, with its last line, or to the end of the text. */
export function privateKeyAt(text: Text, at: number): Range | undefined {
  const dash = text.charCodeAt(at - 1) === 32 ? at - 2 : at - 1
  if (text.charCodeAt(dash) !== 45 || !standsAt(text, at, 'begin ')) return undefined
  let end = at
  while (end - at < MAX_LABEL && text.charCodeAt(end) !== 45 && end < text.length) end++
  if (!text.slice(at, end).toUpperCase().includes('PRIVATE KEY')) return undefined
  for (; end < text.length; end++) {
    if (text.charCodeAt(end) !== 69 || !standsAt(text, end, 'end ')) continue
    const dashes = text.charCodeAt(end - 1) === 32 ? end - 2 : end - 1
    if (text.charCodeAt(dashes) !== 45) continue
    while (text.charCodeAt(end) !== 45 && end < text.length) end++
    while (text.charCodeAt(end) === 45) end++
    return { from: at, to: end }
  }
  return { from: at, to: end }
}

/**
 * The password in the URL whose `://` stands at `at`, also where it has characters that should have been encoded: it
 * ends at the last `@` before the query.
 */
export function urlPasswordAt(text: Text, at: number): Range | undefined {
  const start = at + 3
  // An address of IPv6 has colons of its own.
  if (text.charCodeAt(start) === 91) return undefined
  let colon = -1
  let sign = -1
  for (let n = start; n < text.length; n++) {
    const code = text.charCodeAt(n)
    if (isSpace(code) || isQuote(code) || code === BACKSLASH || code === 60 || code === 62) break
    if (code === 58) {
      if (text.charCodeAt(n + 1) === 47 && text.charCodeAt(n + 2) === 47) break
      if (colon < 0) colon = n
    } else if (code === 64) {
      if (colon < 0) return undefined
      sign = n
    } else if (code === 47 || code === 63 || code === 35) {
      if (colon < 0 || (code !== 47 && sign >= 0)) break
    }
  }
  if (colon < 0 || sign <= colon + 1 || isPort(text, colon + 1, at)) return undefined
  return { from: colon + 1, to: sign }
}

/** Registries and the like have paths with `@`: https://host:4873/@scope/name. */
function isPort(text: Text, from: number, at: number): boolean {
  let end = from
  while (isDigit(text.charCodeAt(end))) end++
  if (end === from || text.charCodeAt(end) !== 47) return false
  let scheme = at
  while (at - scheme < 8 && isWord(text.charCodeAt(scheme - 1))) scheme--
  return WEB.has(text.slice(scheme, at).toLowerCase())
}

function isTokenCharacter(code: number): boolean {
  return (
    (isName(code) && code < 128) || code === 46 || code === 126 || code === 43 || code === 47 || code === 61
  )
}
