/** A string, or what stands for one in a test that counts how often it is looked at. */
export interface Text {
  readonly length: number
  charCodeAt(at: number): number
  slice(from: number, to: number): string
}

/** What is to be hidden, from the first to behind the last character. */
export interface Range {
  from: number
  to: number
}

export const QUOTE = 34
export const APOSTROPHE = 39
export const BACKTICK = 96
export const BACKSLASH = 92

export function isQuote(code: number): boolean {
  return code === QUOTE || code === APOSTROPHE || code === BACKTICK
}

/** Space and tab. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Letters, digits and the underscore; everything beyond ASCII counts as a letter. */
export function isWord(code: number): boolean {
  return (
    isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code >= 128
  )
}

export function isName(code: number): boolean {
  return isWord(code) || code === 45
}

export function skipBlanks(text: Text, at: number): number {
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

/** Whether `word`, in lower case, stands at `at`, in any case. */
export function standsAt(text: Text, at: number, word: string): boolean {
  for (let n = 0; n < word.length; n++) {
    if ((text.charCodeAt(at + n) | 32) !== (word.charCodeAt(n) | 32)) return false
  }
  return true
}
