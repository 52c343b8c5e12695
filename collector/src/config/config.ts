import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { Reach } from '../outbound/addresses.ts'
import { isLoopback } from '../server/addresses.ts'
import type { Rate } from '../server/rate-limit.ts'
import { readTokenFile } from '../tokens/token-file.ts'
import { VALIDATE_MODES, type ValidateMode } from '../vocabulary/mode.ts'
import { ConfigError } from './config-error.ts'
import { readRetention, type RetentionKey, type RetentionLimits } from './retention.ts'
import { parseTokens, type Token } from './tokens.ts'
import { rate } from './units.ts'

/** A value as given, with the name that its giver knows it by: `HUBLINE_PORT`, `--port` or `options.port`. */
export interface Setting {
  name: string
  value: string
}

export type SettingKey =
  | 'port'
  | 'grpcPort'
  | 'extraPorts'
  | 'pullPrivate'
  | 'host'
  | 'adminPort'
  | 'adminHost'
  | 'data'
  | 'tokens'
  | 'durability'
  | RetentionKey
  | 'rate'
  | 'metricSeries'
  | 'validate'
  | 'logLevel'
export type Settings = Partial<Record<SettingKey, Setting>>

export interface CollectorConfig {
  /** 0 lets the system choose. */
  readonly port: number
  /** Of OTLP over gRPC, 0 lets the system choose; undefined when that is off. */
  readonly grpcPort: number | undefined
  readonly host: string
  /** Of the page, reading and administration, 0 lets the system choose; undefined when they are where the rest is. */
  readonly adminPort: number | undefined
  readonly adminHost: string
  /** Absolute path of the data directory. */
  readonly dataDir: string
  readonly tokens: readonly Token[]
  readonly durability: Durability
  /** What is older goes, and the oldest goes while all is larger. */
  readonly retention: RetentionLimits
  /** Items that each token and source may bring in; undefined for any number. */
  readonly rate: Rate | undefined
  /** Series that each metric of a service may have. */
  readonly metricSeries: number
  /** What becomes of events that are not as their vocabulary says. */
  readonly validate: ValidateMode
  /** Further ports with the same doors. */
  readonly extraPorts: readonly number[]
  /** Where the health checks of the mesh may go. */
  readonly pullPrivate: Reach
  readonly logLevel: LogLevel
}

const DURABILITIES = ['normal', 'full'] as const
/** What an acknowledged event survives: the end of the process, or that of the power too. */
export type Durability = (typeof DURABILITIES)[number]

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const address = z.string().regex(/^[A-Za-z0-9.:%_-]+$/)
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535))
const seriesLimit = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(1_000_000))
const rateOrOff = z.union([rate, z.literal('off').transform(() => undefined)])
const MAX_EXTRA_PORTS = 10
const portOrOff = z.union([port, z.literal('off').transform(() => undefined)])

/**
 * Validates settings and fills in the defaults.
 *
 * @throws {ConfigError} for the first setting that cannot be used.
 */
export function resolveConfig(settings: Settings): CollectorConfig {
  const host = read(settings.host, address, 'an address or host name') ?? '127.0.0.1'
  const adminHost = read(settings.adminHost, address, 'an address or host name') ?? '127.0.0.1'
  const tokens = readTokens(settings.tokens)
  const dataDir = resolve(settings.data?.value ?? join(stateHome(), 'hubline'))
  if (tokens.length === 0 && readTokenFile(dataDir) === undefined) {
    refuseOpenDoors(settings.host, host)
    refuseOpenDoors(settings.adminHost, adminHost)
  }
  const httpPort = read(settings.port, port, 'a port from 0 to 65535') ?? 4318
  const grpcPort = read(settings.grpcPort, portOrOff, 'off or a port from 0 to 65535, such as 4317')
  if (grpcPort === httpPort && grpcPort !== 0) {
    throw new ConfigError(
      `${settings.grpcPort!.name} is ${grpcPort}, the port of everything else: gRPC needs one of its own, usually 4317`,
    )
  }
  const adminPort = read(settings.adminPort, portOrOff, 'off or a port from 0 to 65535, such as 4319')
  if (settings.adminHost && adminPort === undefined) {
    throw new ConfigError(
      `${settings.adminHost.name} is set without HUBLINE_ADMIN_PORT, which it is the address of`,
    )
  }
  return Object.freeze({
    port: httpPort,
    grpcPort,
    host,
    adminPort,
    adminHost,
    dataDir,
    tokens: Object.freeze(tokens),
    durability:
      read(settings.durability, z.enum(DURABILITIES), `one of ${DURABILITIES.join(', ')}`) ?? 'normal',
    retention: readRetention((key, schema, wanted) => read(settings[key], schema, wanted)),
    metricSeries: read(settings.metricSeries, seriesLimit, 'a whole number from 1 to 1000000') ?? 10_000,
    validate: read(settings.validate, z.enum(VALIDATE_MODES), `one of ${VALIDATE_MODES.join(', ')}`) ?? 'off',
    rate: read(
      settings.rate,
      rateOrOff,
      'off or a number of items in a time, such as 5000/s, 60000/m or 1000/s burst 2000',
    ),
    extraPorts: Object.freeze(readExtraPorts(settings.extraPorts, [httpPort, grpcPort])),
    pullPrivate:
      read(settings.pullPrivate, z.enum(['allow', 'refuse']), 'allow or refuse') === 'allow'
        ? 'private'
        : 'public',
    logLevel: read(settings.logLevel, z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`) ?? 'warn',
  })
}

function refuseOpenDoors(setting: Setting | undefined, host: string): void {
  if (setting === undefined || isLoopback(host)) return
  throw new ConfigError(
    `${setting.name}=${host} can be reached from other machines, so it needs tokens: set HUBLINE_TOKENS="admin:*:<secret>", ` +
      'or keep the host 127.0.0.1 and make one with "hubline token create <name> --scope admin"',
  )
}

function read<T>(setting: Setting | undefined, schema: z.ZodType<T>, wanted: string): T | undefined {
  if (setting === undefined) return undefined
  const result = schema.safeParse(setting.value)
  if (result.success) return result.data
  throw new ConfigError(`${setting.name} is "${setting.value}" but must be ${wanted}`)
}

/** @param taken ports that others of this collector listen on. */
function readExtraPorts(setting: Setting | undefined, taken: readonly (number | undefined)[]): number[] {
  const list = z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.array(port).max(MAX_EXTRA_PORTS))
  const wanted = `at most ${MAX_EXTRA_PORTS} ports with commas between, such as 8000,8002`
  const ports = read(setting, list, wanted) ?? []
  const twice = ports.find((each, at) => each !== 0 && (taken.includes(each) || ports.indexOf(each) !== at))
  if (twice === undefined) return ports
  throw new ConfigError(`${setting!.name} has port ${twice}, which this collector listens on already`)
}

function readTokens(setting: Setting | undefined): Token[] {
  if (setting === undefined) return []
  const tokens = parseTokens(setting.value)
  if (typeof tokens !== 'string') return tokens
  throw new ConfigError(
    `${setting.name}: ${tokens}; it wants scope:source:secret[,…], as in "ingest:shop:<secret>,read:*:<secret>"`,
  )
}

function stateHome(): string {
  return process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state')
}
