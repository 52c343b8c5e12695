const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })
// East Asian wide and fullwidth characters, and what is shown as a picture.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u
const NARROW = /^[\u0020-\u007e]*$/
const EMPTY = /^\p{Mn}|^\p{Cf}/u

/** How many columns of a terminal a text takes; it has no control characters. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const { segment } of GRAPHEMES.segment(text)) width += widthOfGrapheme(segment)
  return width
}

/** The text in exactly so many columns: filled up with spaces, or cut off with an ellipsis. */
export function fit(text: string, columns: number): string {
  return pad(clip(text, columns), columns)
}

/** The text in at most so many columns. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let [kept, width] = ['', 0]
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += widthOfGrapheme(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return columns > 0 ? `${kept}…` : ''
}

/** The text in pieces of at most so many columns; a character that is wider stands alone. */
export function wrap(text: string, columns: number): string[] {
  if (widthOf(text) <= columns) return [text]
  const pieces: string[] = []
  let [piece, width] = ['', 0]
  for (const { segment } of GRAPHEMES.segment(text)) {
    const own = widthOfGrapheme(segment)
    if (width + own > columns && piece !== '') {
      pieces.push(piece)
      ;[piece, width] = ['', 0]
    }
    piece += segment
    width += own
  }
  return [...pieces, piece]
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

function widthOfGrapheme(grapheme: string): number {
  if (EMPTY.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}
