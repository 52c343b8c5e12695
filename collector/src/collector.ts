import { pino, destination } from 'pino'
import { resolveConfig, type CollectorConfig, type Durability, type Settings } from './config/config.ts'
import { LIMITS } from './config/limits.ts'
import { retentionKey } from './config/retention.ts'
import { MeshWatch } from './dialects/mesh/watch.ts'
import { LiveFeed } from './live/feed.ts'
import { Metrics } from './metrics/metrics.ts'
import type { GrpcServer } from './receivers/grpc/server.ts'
import { AccessControl } from './server/access.ts'
import { Attempts } from './server/attempts.ts'
import { ByteBudget } from './server/byte-budget.ts'
import { baseUrl } from './server/addresses.ts'
import { buildApp } from './server/app.ts'
import type { ConnectionLimits, Context } from './server/context.ts'
import { HttpError } from './server/errors.ts'
import { listenExtra, type ExtraPorts } from './server/extra-ports.ts'
import { listenError } from './server/listen-error.ts'
import { RateLimit } from './server/rate-limit.ts'
import { Sessions } from './server/sessions.ts'
import { VERSION } from './server/version.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { Store, StoredSignal } from './store/store.ts'
import { Tokens } from './tokens/tokens.ts'

export interface CollectorOptions {
  /** 0 takes a free port; default 4318. */
  port?: number
  /** Port for OTLP over gRPC; 0 takes a free port, default none. */
  grpcPort?: number
  /** Further ports with the same doors; 0 takes a free one, default none. */
  extraPorts?: number[]
  /** Whether health checks may go to private networks and this machine; default `refuse`. */
  pullPrivate?: 'allow' | 'refuse'
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
  /** Items that each token and source may bring in, such as `5000/s`; default `off`. */
  rate?: string
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
  /** Series that each metric of a service may have; what is beyond becomes one. */
  metricSeries: number
  /** Milliseconds between two looks at the monitors. */
  monitorEveryMs: number
}

const DEFAULTS: Limits = {
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
  metricSeries: 10_000,
  monitorEveryMs: 1000,
}

/** A collector that is listening. */
export interface Collector {
  /** `http://127.0.0.1:4318`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Of OTLP over gRPC; undefined when that is off. */
  readonly grpcPort: number | undefined
  /** In the order in which they were asked for. */
  readonly extraPorts: readonly number[]
  /** The dashboard's address; with tokens it carries a code that signs in once. */
  readonly dashboardUrl: string
  readonly dataDir: string
  /** Stops taking requests, commits and answers those it has, and closes the store. Can be called again. */
  close(): Promise<void>
}

// Requests that are still under way this long after `close` are cut off, so that the process can end in 5 s.
const CLOSE_GRACE_MS = 3500

/**
 * Starts a collector in this process.
 *
 * @throws {ConfigError} for an option that cannot be used or a port that is taken; another error when the data directory
 * is in use by another collector or cannot be written.
 * @example
 * const collector = await startCollector({ port: 0, data: './hubline-data' })
 * await fetch(`${collector.url}/api/v1/hub/events`, { method: 'POST', … })
 * await collector.close()
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const { clock, elapsed, limits } = options
  return runCollector(resolveConfig(toSettings(options)), {
    ...(clock && { clock }),
    ...(elapsed && { elapsed }),
    ...(limits && { limits }),
  })
}

/** Starts a collector with a configuration that is already resolved. */
export async function runCollector(
  config: CollectorConfig,
  {
    clock = Date.now,
    elapsed = steadyClock(clock),
    limits,
  }: Pick<CollectorOptions, 'clock' | 'elapsed' | 'limits'> = {},
): Promise<Collector> {
  const {
    bodyBytes,
    readingBytes,
    readingPatienceMs,
    connections,
    headersMs,
    requestMs,
    keepAliveMs,
    ...storeLimits
  } = { ...DEFAULTS, ...limits }
  const log = pino({ level: config.logLevel, name: 'hubline' }, destination({ dest: 2, sync: true }))
  let opened: Awaited<ReturnType<typeof openSqliteStore>> | undefined
  let grpc: GrpcServer | undefined
  const store = (): Store => {
    if (!opened)
      throw new HttpError('not_ready', 'the store is being opened; try again shortly', {
        headers: { 'retry-after': '1' },
      })
    return opened
  }
  const feed = new LiveFeed(store)
  const tokens = new Tokens({
    dataDir: config.dataDir,
    configured: config.tokens,
    clock,
    onSaveError: (error) => log.warn({ err: error }, 'times of last use of tokens were not written'),
  })
  const sessions = new Sessions(clock)
  const metrics = new Metrics({ queuedBytes: () => opened?.queuedBytes() ?? 0, streams: () => feed.readers })
  const context: Context = {
    config,
    version: VERSION,
    clock,
    startedAt: clock(),
    store,
    feed,
    mesh: new MeshWatch({ store, clock, reach: config.pullPrivate, log }),
    metrics,
    access: new AccessControl(tokens, sessions),
    tokens,
    sessions,
    attempts: new Attempts(clock),
    grpcPort: () => grpc?.port,
    log,
    rate: config.rate && new RateLimit(config.rate),
    connections: { connections, headersMs, requestMs, keepAliveMs },
    bodyMaxBytes: bodyBytes,
    reading: new ByteBudget(readingBytes, readingPatienceMs),
  }
  const app = await buildApp(context)
  const port = await listen(app, config)
  let extra: ExtraPorts | undefined
  try {
    extra = await listenExtra(app.server, { host: config.host, ports: config.extraPorts }, (error, taken) =>
      listenError(error, { host: config.host, port: taken, variable: 'HUBLINE_EXTRA_PORTS' }),
    )
    grpc = await listenForGrpc(context)
    opened = await openSqliteStore({
      ...storeLimits,
      dataDir: config.dataDir,
      durability: config.durability,
      retention: config.retention,
      clock,
      elapsed,
      on: {
        committed: (seconds) => metrics.committed(seconds),
        lost: (error) => log.error({ err: error }, 'the writer ended; a new one is started'),
      },
    })
    await context.mesh.open()
  } catch (error) {
    await Promise.all([app.close(), extra?.close(), grpc?.close()])
    await opened?.close()
    throw error
  }
  const url = baseUrl(config.host, port)
  let closing: Promise<void> | undefined
  return {
    url,
    port,
    grpcPort: grpc?.port,
    extraPorts: extra.ports,
    dashboardUrl: tokens.closed ? `${url}/ui/login?code=${sessions.newCode()}` : `${url}/ui/`,
    dataDir: config.dataDir,
    close: () => (closing ??= shutDown({ app, grpc, extra, store: opened!, context })),
  }
}

/** A clock of a test's own is taken for one that is never set. */
function steadyClock(clock: () => number): () => number {
  return clock === Date.now ? () => performance.now() : clock
}

/** Loaded only where it is wanted. */
async function listenForGrpc(context: Context): Promise<GrpcServer | undefined> {
  const { host, grpcPort } = context.config
  if (grpcPort === undefined) return undefined
  const { startGrpc } = await import('./receivers/grpc/server.ts')
  return startGrpc(context, host, grpcPort)
}

type App = Awaited<ReturnType<typeof buildApp>>

async function listen(app: App, { host, port }: CollectorConfig): Promise<number> {
  try {
    await app.listen({ host, port, listenTextResolver: () => '' })
  } catch (error) {
    await app.close()
    throw await listenError(error as Error, { host, port, variable: 'HUBLINE_PORT' })
  }
  return (app.server.address() as { port: number }).port
}

interface Running {
  app: App
  grpc: GrpcServer | undefined
  extra: ExtraPorts
  store: Store
  context: Context
}

async function shutDown({ app, grpc, extra, store, context }: Running): Promise<void> {
  const { log, mesh, tokens } = context
  const cutOff = setTimeout(() => {
    log.warn('requests were still under way and are cut off')
    app.server.closeAllConnections()
    grpc?.cutOff()
  }, CLOSE_GRACE_MS)
  try {
    const gone = extra.close()
    await app.drain()
    await Promise.all([app.close(), gone, grpc?.close(), mesh.close()])
  } finally {
    clearTimeout(cutOff)
    tokens.close()
    await store.close()
  }
}

const SETTINGS = [
  'port',
  'grpcPort',
  'extraPorts',
  'pullPrivate',
  'host',
  'data',
  'tokens',
  'durability',
  'retention',
  'retentionBytes',
  'rate',
  'logLevel',
] as const satisfies (keyof CollectorOptions & keyof Settings)[]

function toSettings(options: CollectorOptions): Settings {
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
