import type { Durability, Settings } from './config/config.ts'
import { LIMITS } from './config/limits.ts'
import { retentionKey } from './config/retention.ts'
import type { ConnectionLimits } from './server/context.ts'
import type { StoredSignal } from './store/store.ts'
import type { ValidateMode } from './vocabulary/mode.ts'

export interface CollectorOptions {
  /** 0 takes a free port; default 4318. */
  port?: number
  /** Port for OTLP over gRPC; 0 takes a free port, default none. */
  grpcPort?: number
  /** Further ports with the same doors; 0 takes a free one, default none. */
  extraPorts?: number[]
  /** Whether health checks may go to private networks and this machine; default `refuse`. */
  pullPrivate?: 'allow' | 'refuse'
  /** Port for the page, reading and administration, which then are nowhere else; 0 takes a free one, default none. */
  adminPort?: number
  /** Address of that port; default 127.0.0.1. Any other needs tokens. */
  adminHost?: string
  /** Address to listen on; default 127.0.0.1. Any other needs tokens. */
  host?: string
  /** Data directory, made where it is missing; default the XDG state home. */
  data?: string
  /** `scope:source:secret,…`, as in HUBLINE_TOKENS; default none. */
  tokens?: string
  /** What an acknowledged event survives: a crash of the process (`normal`, the default), or a loss of power too. */
  durability?: Durability
  /** How long data is kept, such as `12h`; default `7d`. */
  retention?: string
  /** How much is kept, such as `512MiB`; default `10GiB`. The oldest goes first. */
  retentionBytes?: string
  /** How long and how much is kept of one signal; the general bytes hold beside its own. */
  retentionBySignal?: Partial<Record<StoredSignal, { age?: string; bytes?: string }>>
  /** Items that each token and source may bring in, such as `5000/s` or `1000/s burst 2000`; default `off`. */
  rate?: string
  /** Series that each metric of a service may have, the rest becomes one; default 10000. */
  metricSeries?: number
  /** What becomes of events that are not as their published vocabulary says; default `off`. */
  validate?: ValidateMode
  /** Of the log on stderr; default `warn`. */
  logLevel?: string
  /** Milliseconds since the epoch; default `Date.now`. */
  clock?: () => number
  /** Milliseconds of a clock that is never set; default the process's, or `clock` where that is given. */
  elapsed?: () => number
  /** Sizes and times that tests make small. */
  limits?: Partial<Limits>
}

export interface Limits extends ConnectionLimits {
  /** Bytes of one request body, before and after decompression. */
  bodyBytes: number
  /** Bytes of bodies that may be in reading at once. */
  readingBytes: number
  /** Milliseconds after which a slow body makes room for others when there is none. */
  readingPatienceMs: number
  /** Bytes of bodies that may wait for their commit. */
  queueBytes: number
  /** Milliseconds that a query may take. */
  queryDeadlineMs: number
  /** Rows, and milliseconds, after which a part of the store is sealed. */
  partRows: number
  partAgeMs: number
  /** How many times as fast as time really passes the clock may go to be believed by retention. */
  retentionPace: number
  /** Milliseconds between two looks at what retention may give up. */
  retentionEveryMs: number
  /** Milliseconds between two looks at the monitors. */
  monitorEveryMs: number
}

export const DEFAULT_LIMITS: Limits = {
  connections: LIMITS.connections.value,
  headersMs: LIMITS.headersMs.value,
  requestMs: LIMITS.requestMs.value,
  keepAliveMs: LIMITS.keepAliveMs.value,
  bodyBytes: LIMITS.bodyBytes.value,
  readingBytes: LIMITS.readingBytes.value,
  readingPatienceMs: 5000,
  queueBytes: LIMITS.queueBytes.value,
  queryDeadlineMs: 5000,
  partRows: 100_000,
  partAgeMs: 86_400_000,
  retentionPace: 24,
  retentionEveryMs: 60_000,
  monitorEveryMs: 1000,
}

const SETTINGS = [
  'port',
  'grpcPort',
  'extraPorts',
  'pullPrivate',
  'adminPort',
  'adminHost',
  'host',
  'data',
  'tokens',
  'durability',
  'retention',
  'retentionBytes',
  'rate',
  'metricSeries',
  'validate',
  'logLevel',
] as const satisfies (keyof CollectorOptions & keyof Settings)[]

/** Options as settings, which errors name by them. */
export function toSettings(options: CollectorOptions): Settings {
  const settings: Settings = {}
  for (const key of SETTINGS) {
    const value = options[key]
    if (value !== undefined) settings[key] = { name: `options.${key}`, value: String(value) }
  }
  for (const [signal, { age, bytes }] of Object.entries(options.retentionBySignal ?? {})) {
    const name = `options.retentionBySignal.${signal}`
    const key = (what: '' | 'Bytes') => retentionKey(signal as StoredSignal, what)
    if (age !== undefined) settings[key('')] = { name: `${name}.age`, value: age }
    if (bytes !== undefined) settings[key('Bytes')] = { name: `${name}.bytes`, value: bytes }
  }
  return settings
}
