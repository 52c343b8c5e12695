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

/** Text of others as it may go to a terminal: control characters could move its cursor or change its colours. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD')
}

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

/** Colours, where a person sees them and neither NO_COLOR nor a dumb terminal forbids them. */
export function styled(
  { env }: Pick<Terminal, 'env'>,
  screen: Screen,
): (style: keyof typeof STYLES, text: string) => string {
  const isPlain = !screen.isTTY || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return function style(name, text) {
    const [on, off] = STYLES[name]
    return isPlain ? text : `\u001b[${on}m${text}\u001b[${off}m`
  }
}
