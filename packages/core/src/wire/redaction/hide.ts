import { assignedAt, elementAt, isEncodedEquals, optionAt } from './assignments.ts'
import { cardEnd } from './cards.ts'
import { jwtAt, privateKeyAt, schemeTokenAt, urlPasswordAt } from './credentials.ts'
import type { SecretKeys } from './keys.ts'
import { isDigit, isName, isWord, type Range, standsAt, type Text } from './text.ts'

export const REDACTED = '[redacted]'

const SIGNS = new Uint8Array(128)
for (const sign of '=:%>-eBb0123456789') SIGNS[sign.charCodeAt(0)] = 1

/**
 * Replaces what is secret in a text.
 *
 * One pass: at each sign of a secret it looks back and ahead, by a bounded way or over what it then leaves behind. The
 * time is therefore linear in the length, whatever a stranger has written there.
 */
export function hideSecrets(text: Text, keys: SecretKeys): string {
  let hidden = ''
  let kept = 0
  /** Up to here no JWT begins. */
  let dull = 0
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    let range: Range | undefined
    if (code < 128 && SIGNS[code] === 1) {
      if (code !== 101) range = secretAt(text, at, code, keys)
      else if (at >= dull && beginsJwt(text, at)) {
        const token = jwtAt(text, at)
        if (token.found) range = token
        else dull = token.to
      }
    }
    if (range) {
      hidden += text.slice(kept, range.from) + REDACTED
      kept = at = range.to
    } else at++
  }
  return kept === 0 ? text.slice(0, text.length) : hidden + text.slice(kept, text.length)
}

function secretAt(text: Text, at: number, code: number, keys: SecretKeys): Range | undefined {
  const before = text.charCodeAt(at - 1)
  switch (code) {
    case 58: // :
      if (text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 47) return urlPasswordAt(text, at)
      return assignedAt(text, at, keys)
    case 61: // =
      return assignedAt(text, at, keys)
    case 37: // %
      return isEncodedEquals(text, at) ? assignedAt(text, at, keys) : undefined
    case 62: // >
      return elementAt(text, at, keys)
    case 45: // -
      return text.charCodeAt(at + 1) === 45 && !isName(before) ? optionAt(text, at + 2, keys) : undefined
    case 66: // B
    case 98: // b
      if (standsAt(text, at, 'begin ')) return privateKeyAt(text, at)
      return schemeTokenAt(text, at)
    default: {
      if (!isDigit(code) || isWord(before)) return undefined
      const to = cardEnd(text, at)
      return to < 0 ? undefined : { from: at, to }
    }
  }
}

function beginsJwt(text: Text, at: number): boolean {
  if (text.charCodeAt(at + 1) !== 121 || text.charCodeAt(at + 2) !== 74) return false
  const before = text.charCodeAt(at - 1)
  return !isWord(before) || before === 95
}
