import { runCollector, type Collector } from './collector.ts'
import { resolveConfig } from './config/config.ts'
import { readSettings, USAGE } from './config/settings.ts'

const DEADLINE_MS = 5000

/**
 * The whole life of a collector process: by the flags, else the HUBLINE_ variables, until SIGTERM or SIGINT; then what was
 * accepted is committed and answered, and the process ends.
 *
 * @param announce is given the collector when it listens
 * @returns the text to show where `--help` asked for it; else when it listens
 * @throws {ConfigError} as `startCollector` does, and for a flag that nobody knows
 * @example
 * await runFromCommandLine(['--port', '4318'], process.env, ({ url }) => console.log(url))
 */
export async function runFromCommandLine(
  argv: string[],
  env: NodeJS.ProcessEnv,
  announce: (collector: Collector) => void,
): Promise<string | undefined> {
  const { settings, help } = readSettings(argv, env)
  if (help) return USAGE
  const collector = await runCollector(resolveConfig(settings))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(collector))
  announce(collector)
  return undefined
}

async function stop(collector: Collector): Promise<void> {
  setTimeout(() => process.exit(1), DEADLINE_MS).unref()
  await collector.close()
  process.exit(0)
}
