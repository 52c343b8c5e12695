import { parseArgs } from 'node:util'
import { ConfigError } from './config-error.ts'
import type { SettingKey, Settings } from './config.ts'
import { RETENTION_VARIABLES } from './retention.ts'

const VARIABLES: Record<SettingKey, string> = {
  port: 'HUBLINE_PORT',
  grpcPort: 'HUBLINE_GRPC_PORT',
  extraPorts: 'HUBLINE_EXTRA_PORTS',
  pullPrivate: 'HUBLINE_PULL_PRIVATE',
  host: 'HUBLINE_HOST',
  adminPort: 'HUBLINE_ADMIN_PORT',
  adminHost: 'HUBLINE_ADMIN_HOST',
  data: 'HUBLINE_DATA',
  tokens: 'HUBLINE_TOKENS',
  durability: 'HUBLINE_DURABILITY',
  ...RETENTION_VARIABLES,
  rate: 'HUBLINE_RATE',
  metricSeries: 'HUBLINE_METRIC_SERIES',
  validate: 'HUBLINE_VALIDATE',
  logLevel: 'HUBLINE_LOG_LEVEL',
}

export const USAGE = `Usage: hubline-collector [--port 4318] [--host 127.0.0.1] [--data DIR] [--tokens LIST]
                         [--durability normal] [--retention 7d]

Receives hub events and OpenTelemetry (OTLP over HTTP, and over gRPC where it is told to) and keeps them in DIR.

  --port    HUBLINE_PORT       port to listen on, default 4318; 0 takes a free one
            HUBLINE_GRPC_PORT  port for OTLP over gRPC, usually 4317; default off
            HUBLINE_EXTRA_PORTS
                               further ports with the same doors, such as 8000,8002
  --host    HUBLINE_HOST       address to listen on, default 127.0.0.1; any other needs tokens
            HUBLINE_ADMIN_PORT port for the page, reading and administration alone; default off
            HUBLINE_ADMIN_HOST its address, default 127.0.0.1; any other needs tokens
  --data    HUBLINE_DATA       data directory, default $XDG_STATE_HOME/hubline (~/.local/state/hubline)
  --tokens  HUBLINE_TOKENS     scope:source:secret,… with scope ingest, read or admin; source * is any
  --durability
            HUBLINE_DURABILITY what an acknowledged event survives: normal (default) a crash of the process, full a
                               loss of power too
  --retention
            HUBLINE_RETENTION  how long data is kept, default 7d
            HUBLINE_RETENTION_BYTES
                               how much is kept, default 10GiB; the oldest goes first
            HUBLINE_RETENTION_SPANS, HUBLINE_RETENTION_SPANS_BYTES
                               the same of spans alone; so too of EVENTS, LOGS and METRICS
            HUBLINE_RATE       items that each token and source may bring in, such as 5000/s or
                               1000/s burst 2000; default off
            HUBLINE_METRIC_SERIES
                               series that each metric of a service may have, default 10000; what is beyond is one
            HUBLINE_VALIDATE   what becomes of events that are not as their published vocabulary says: off (default)
                               keeps them, warn marks them, reject refuses them
            HUBLINE_PULL_PRIVATE
                               whether health checks may go to private networks and this machine: refuse
                               (default) or allow
            HUBLINE_LOG_LEVEL  trace, debug, info, warn (default), error, fatal or silent; logs go to stderr
  --help    this text

A flag goes before its variable. A token given as a flag shows in the process list; prefer the variable.
`

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  tokens: { type: 'string' },
  durability: { type: 'string' },
  retention: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * Collects the settings of a command line and an environment; an empty variable counts as unset.
 *
 * @throws {ConfigError} for an unknown flag.
 */
export function readSettings(argv: string[], env: NodeJS.ProcessEnv): { settings: Settings; help: boolean } {
  const flags = parseFlags(argv)
  const settings: Settings = {}
  for (const [key, variable] of Object.entries(VARIABLES) as [SettingKey, string][]) {
    const flag = (flags as Partial<Record<SettingKey, string>>)[key]
    const value = env[variable]
    if (flag !== undefined) settings[key] = { name: `--${key}`, value: flag }
    else if (value !== undefined && value !== '') settings[key] = { name: variable, value }
  }
  return { settings, help: flags.help ?? false }
}

interface Flags {
  port?: string
  host?: string
  data?: string
  tokens?: string
  durability?: string
  retention?: string
  help?: boolean
}

function parseFlags(argv: string[]): Flags {
  try {
    return parseArgs({ args: argv, options: FLAGS, strict: true }).values
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('. ')[0]}; --help lists the flags`)
  }
}
