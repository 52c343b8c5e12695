import type { CommandError } from '../command-error.ts'

/** What one check came to. */
export interface Finding {
  check: string
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  says: string
  /** What to do about it. */
  fix?: string
  /** What the command ends with when this is the first that failed. */
  exitCode?: number
}

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says })

export const skipped = (check: string, says: string): Finding => ({ check, state: 'skipped', says })

export function warning(check: string, says: string, fix: string): Finding {
  return { check, state: 'warning', says, fix }
}

export function failed(
  check: string,
  { message, exitCode }: Pick<CommandError, 'message' | 'exitCode'>,
  fix: string,
): Finding {
  return { check, state: 'failed', says: message, fix, exitCode }
}
