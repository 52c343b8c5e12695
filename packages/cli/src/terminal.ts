/** Where a command reads its environment and writes to; tests give their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** For what was asked for. */
  readonly out: Screen
  /** For everything else. */
  readonly err: Screen
}

export interface Screen {
  write(text: string): unknown
  /** Whether a person sees it. */
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * Text of others as it may go to a terminal: control characters could move its cursor or change its colours, marks of
 * direction turn around what follows.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD')
}

/** The same of a text of JSON, which says the same afterwards. */
export function printableJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof STYLES

/** Colours, where a person sees them and neither NO_COLOR nor a dumb terminal forbids them. */
export function styled(
  { env }: Pick<Terminal, 'env'>,
  screen: Screen,
): (style: Style, text: string) => string {
  const isPlain = !screen.isTTY || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return function style(name, text) {
    const [on, off] = STYLES[name]
    return isPlain || text === '' ? text : `\u001b[${on}m${text}\u001b[${off}m`
  }
}
