import { isDigit, isWord, type Text } from './text.ts'

const MIN_DIGITS = 13
const MAX_DIGITS = 19
const SEPARATORS = new Set([32, 45, 46])

/**
 * Where the card number that begins at `start` ends, -1 when none does; at most 19 digits are looked at.
 *
 * Its digits stand together or in groups of three and more, with one space, hyphen or dot between.
 */
export function cardEnd(text: Text, start: number): number {
  const inDecimal = text.charCodeAt(start - 1) === 46 && isDigit(text.charCodeAt(start - 2))
  let best = -1
  let at = start
  let length = 0
  // The Luhn sums with the first, third, … digit doubled, and with the second, fourth, …
  let firstDoubled = 0
  let secondDoubled = 0
  let lead = 0
  for (let group = 0; ; group++) {
    const from = at
    for (let code = text.charCodeAt(at); isDigit(code); code = text.charCodeAt(++at)) {
      if (++length > MAX_DIGITS) return best
      const digit = code - 48
      const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
      firstDoubled += length % 2 === 1 ? doubled : digit
      secondDoubled += length % 2 === 1 ? digit : doubled
      if (length <= 2) lead = lead * 10 + digit
    }
    const next = text.charCodeAt(at)
    if (isWord(next)) return best
    const sum = length % 2 === 0 ? firstDoubled : secondDoubled
    if (sum % 10 === 0 && isIssued(lead, length) && !(inDecimal && group === 0)) best = at
    if (at - from < 3 || !SEPARATORS.has(next) || !isDigit(text.charCodeAt(at + 1))) return best
    at++
  }
}

/** Whether cards that begin so have that many digits; times in milliseconds and longer begin with 1. */
function isIssued(lead: number, length: number): boolean {
  const first = Math.floor(lead / 10)
  if (length < MIN_DIGITS || first < 2 || first > 6) return false
  if (first === 2) return length === 16 && lead >= 22 && lead <= 27
  if (length === 13) return first === 4
  return length >= 16 || first === 3
}

/** Whether a whole number is that of a card. */
export function isCard(value: number | bigint): boolean {
  if (value < 1e12 || value >= 1e19 || (typeof value === 'number' && !Number.isInteger(value))) return false
  const text = value.toString()
  return cardEnd(text, 0) === text.length
}
