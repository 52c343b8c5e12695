/** A class for each severity; those of no severity are plain. */
const TONES: Record<string, string> = {
  fatal: 'bad',
  error: 'bad',
  warn: 'warn',
  info: 'info',
  debug: 'faint',
  trace: 'faint',
}

/** The gravest first: the lowest in a pile. */
export const SEVERITIES = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unspecified'] as const

export function toneOf(severity: string | null): string {
  return (severity !== null && Object.hasOwn(TONES, severity) && TONES[severity]) || 'faint'
}
