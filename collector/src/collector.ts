import { pino, destination } from 'pino'
import { resolveConfig, type CollectorConfig } from './config/config.ts'
import { MeshWatch } from './dialects/mesh/watch.ts'
import { LiveFeed } from './live/feed.ts'
import { Metrics } from './metrics/metrics.ts'
import { DEFAULT_LIMITS, toSettings, type CollectorOptions } from './options.ts'
import type { GrpcServer } from './receivers/grpc/server.ts'
import { AccessControl } from './server/access.ts'
import { AdminAddress } from './server/admin-address.ts'
import { Attempts } from './server/attempts.ts'
import { ByteBudget } from './server/byte-budget.ts'
import { baseUrl } from './server/addresses.ts'
import { buildApp } from './server/app.ts'
import type { Context } from './server/context.ts'
import { HttpError } from './server/errors.ts'
import { listenExtra, type ExtraPorts } from './server/extra-ports.ts'
import { listenError } from './server/listen-error.ts'
import { RateLimit } from './server/rate-limit.ts'
import { Sessions } from './server/sessions.ts'
import { VERSION } from './server/version.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { Store } from './store/store.ts'
import { Tokens } from './tokens/tokens.ts'

/** A collector that is listening. */
export interface Collector {
  /** `http://127.0.0.1:4318`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Of OTLP over gRPC; undefined when that is off. */
  readonly grpcPort: number | undefined
  /** In the order in which they were asked for. */
  readonly extraPorts: readonly number[]
  /** Of the page, reading and administration: `url`, unless they have an address of their own. */
  readonly adminUrl: string
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
  } = { ...DEFAULT_LIMITS, ...limits }
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
  const { adminPort, adminHost } = config
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
    admin: adminPort === undefined ? undefined : new AdminAddress(),
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
  let admin: ExtraPorts | undefined
  try {
    extra = await listenExtra(app.server, { host: config.host, ports: config.extraPorts }, (error, taken) =>
      listenError(error, { host: config.host, port: taken, variable: 'HUBLINE_EXTRA_PORTS' }),
    )
    admin = await listenForAdmin(app, context)
    grpc = await listenForGrpc(context)
    opened = await openSqliteStore({
      ...storeLimits,
      dataDir: config.dataDir,
      durability: config.durability,
      retention: config.retention,
      metricSeries: config.metricSeries,
      validate: config.validate,
      clock,
      elapsed,
      on: {
        committed: (seconds) => metrics.committed(seconds),
        lost: (error) => log.error({ err: error }, 'the writer ended; a new one is started'),
      },
    })
    context.mesh.open()
  } catch (error) {
    await Promise.all([app.close(), extra?.close(), admin?.close(), grpc?.close()])
    await opened?.close()
    throw error
  }
  const url = baseUrl(config.host, port)
  const [takenAdminPort] = admin?.ports ?? []
  const adminUrl = takenAdminPort === undefined ? url : baseUrl(adminHost, takenAdminPort)
  let closing: Promise<void> | undefined
  return {
    url,
    port,
    grpcPort: grpc?.port,
    extraPorts: extra.ports,
    adminUrl,
    dashboardUrl: tokens.closed ? `${adminUrl}/ui/login?code=${sessions.newCode()}` : `${adminUrl}/ui/`,
    dataDir: config.dataDir,
    close: () => (closing ??= shutDown({ app, grpc, extra, admin, store: opened!, context })),
  }
}

/** A clock of a test's own is taken for one that is never set. */
function steadyClock(clock: () => number): () => number {
  return clock === Date.now ? () => performance.now() : clock
}

async function listenForAdmin(app: App, { config, admin }: Context): Promise<ExtraPorts | undefined> {
  const { adminPort: port, adminHost: host } = config
  if (port === undefined || admin === undefined) return undefined
  const variables = { variable: 'HUBLINE_ADMIN_PORT', hostVariable: 'HUBLINE_ADMIN_HOST' }
  return listenExtra(
    app.server,
    { host, ports: [port], connected: (socket) => admin.add(socket) },
    (error, taken) => listenError(error, { host, port: taken, ...variables }),
  )
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
  admin: ExtraPorts | undefined
  store: Store
  context: Context
}

async function shutDown({ app, grpc, extra, admin, store, context }: Running): Promise<void> {
  const { log, mesh, tokens } = context
  const cutOff = setTimeout(() => {
    log.warn('requests were still under way and are cut off')
    app.server.closeAllConnections()
    grpc?.cutOff()
  }, CLOSE_GRACE_MS)
  try {
    const gone = Promise.all([extra.close(), admin?.close()])
    await app.drain()
    await Promise.all([app.close(), gone, grpc?.close(), mesh.close()])
  } finally {
    clearTimeout(cutOff)
    tokens.close()
    await store.close()
  }
}
