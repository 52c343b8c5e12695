/** How a program ended. */
export interface Ending {
  /** Null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  /** Why it did not even begin: `ENOENT`. */
  failure?: string
  /** The signal that asked it to go, where one did. */
  asked?: NodeJS.Signals | undefined
  /** The last of what it wrote to stderr. */
  stderr: string
}

/** Whether it went as it should: by itself with 0, or because it was asked to. */
export function isGood({ code, asked, failure }: Ending): boolean {
  return failure === undefined && (code === 0 || asked !== undefined)
}

/** `exit 3`, `SIGSEGV`, or why it did not begin. */
export function reasonOf({ code, signal, failure, asked }: Ending): string {
  if (failure !== undefined) return `not started: ${failure}`
  if (asked !== undefined) return asked
  if (signal !== null) return signal
  return code === 0 ? 'exit' : `exit ${code}`
}
