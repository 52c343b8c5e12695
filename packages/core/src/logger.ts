/** Where Hubline's own lines go. */
export interface Logger {
  error(line: string): void
  warn(line: string): void
  info(line: string): void
  debug(line: string): void
}

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const drop = (): void => {}

/** Passes on what is at or above `level`; a logger that throws is ignored. */
export function leveledLogger(level: LogLevel, target: Logger = console): Logger {
  const most = LOG_LEVELS.indexOf(level)
  const at = (name: 'error' | 'warn' | 'info' | 'debug') =>
    LOG_LEVELS.indexOf(name) > most
      ? drop
      : (line: string): void => {
          try {
            target[name](line)
          } catch {}
        }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}
