/** What the process ends with; scripts may rely on it. */
export const EXIT = {
  ok: 0,
  /** The collector refused, or something else failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No collector answers there. */
  unreachable: 3,
  /** The token is missing, unknown or of another scope. */
  denied: 4,
} as const

/** Ends a command with a message of one line and an exit code. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly exitCode: number
  /** For machines: a word such as `conflict`. */
  readonly code: string

  constructor(message: string, exitCode: number = EXIT.failed, code = 'failed') {
    super(message)
    this.exitCode = exitCode
    this.code = code
  }
}

/** Ends a command whose failure was told already. */
export class SaidError extends CommandError {
  override readonly name: string = 'SaidError'
}
