import type { Severity } from '../wire/event.ts'

const LOG_SEVERITIES: Record<Severity, { number: number; text: string }> = {
  debug: { number: 5, text: 'DEBUG' },
  info: { number: 9, text: 'INFO' },
  warning: { number: 13, text: 'WARN' },
  error: { number: 17, text: 'ERROR' },
  critical: { number: 21, text: 'FATAL' },
}

/** The severity of an OpenTelemetry log for that of a hub event. */
export function logSeverity(severity: Severity | undefined): { number: number; text: string } {
  return LOG_SEVERITIES[severity ?? 'info']
}
