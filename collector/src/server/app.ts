import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { LIMITS } from '../config/limits.ts'
import { eventStatsRoute } from '../api/event-stats.ts'
import { backupRoute } from '../api/backup.ts'
import { eventRoutes } from '../api/events.ts'
import { exportRoute } from '../api/export.ts'
import { busRoutes } from '../dialects/mesh/bus-routes.ts'
import { dependencyRoutes } from '../dialects/mesh/dependency-routes.ts'
import { heartbeatRoutes } from '../dialects/mesh/heartbeat-routes.ts'
import { meshPages } from '../dialects/mesh/pages.ts'
import { ecosystemReadRoutes } from '../dialects/ecosystem/routes.ts'
import { ecosystemStream, isStreamUpgrade } from '../dialects/ecosystem/stream-route.ts'
import { fleetRoute } from '../api/fleet.ts'
import { healthRoutes } from '../api/health.ts'
import { hubRoutes } from '../api/hub.ts'
import { serviceMapRoutes } from '../api/service-map.ts'
import { errorRoutes } from '../api/errors.ts'
import { logRoutes } from '../api/logs.ts'
import { metricRoutes } from '../api/metrics.ts'
import { monitorRoutes } from '../api/monitors.ts'
import { serviceRoutes } from '../api/services.ts'
import { sessionRoutes } from '../api/session.ts'
import { liveRoute } from '../api/live.ts'
import { streamRoute } from '../api/stream.ts'
import { tokenRoutes } from '../api/tokens.ts'
import { transitionRoutes } from '../api/transitions.ts'
import { traceRoutes } from '../api/traces.ts'
import { openApiRoutes } from '../openapi/routes.ts'
import { ecosystemRoutes } from '../receivers/ecosystem-events.ts'
import { meshRoutes } from '../receivers/mesh-events.ts'
import { mcpRoute } from '../mcp/route.ts'
import { vocabularyRoutes } from '../vocabulary/routes.ts'
import { otlpRoutes } from '../receivers/otlp.ts'
import type { Context } from './context.ts'
import { checkLocalDoor, checkTokenDoor } from './doors.ts'
import { addDrain } from './drain.ts'
import { drainRest } from './drain-rest.ts'
import { HttpError } from './errors.ts'
import { METHODS } from './routes.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { splitPathToken, withoutToken } from './path-token.ts'
import { checkRequestLine } from './request-line.ts'
import { toHttpError } from './to-http-error.ts'
import { serveUi } from './ui.ts'

/** Milliseconds between two looks at which connections are late. */
const LOOK_EVERY_MS = 500

/** Builds the HTTP server: doors first, then the routes. */
export async function buildApp(context: Context): Promise<FastifyInstance> {
  const { access, admin, metrics, log, connections } = context
  const pathTokens = new WeakMap<object, string>()
  const stop = new AbortController()
  const app = Fastify({
    logger: false,
    requestTimeout: connections.requestMs,
    keepAliveTimeout: connections.keepAliveMs,
    http: {
      shouldUpgradeCallback: isStreamUpgrade,
      headersTimeout: connections.headersMs,
      connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, connections.headersMs),
      maxHeaderSize: LIMITS.headerBytes.value,
    },
    // What still comes in over open connections is served while the collector closes, then the connection ends.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    rewriteUrl(raw) {
      const { url, token } = splitPathToken(raw.url!)
      if (token !== undefined) pathTokens.set(raw, token)
      return url
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors(error, _request, reply) {
      const known = new HttpError('invalid_url', `the address cannot be read: ${withoutToken(error.message)}`)
      void (reply as FastifyReply).code(known.status).send(known.body)
    },
  })

  app.server.maxConnections = connections.connections
  // All of them are seen, so that too many are refused and not passed over.
  app.server.maxHeadersCount = 0

  // Handlers read bodies themselves: after the doors, within the limit, and without a copy that is not theirs.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  // Before the doors, so that a refusal carries these headers too.
  app.addHook('onRequest', (_request, { raw }, done) => {
    for (const [name, value] of SECURITY_HEADERS) raw.setHeader(name, value)
    done()
  })

  addDrain(app)
  app.decorateRequest('access')
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, raw } = request
    checkRequestLine(raw)
    const door = { method, path: raw.url!.split('?', 1)[0]!, headers }
    if (access.hasTokens) checkTokenDoor(door)
    else checkLocalDoor(door)
    const need = request.routeOptions.config?.need ?? 'open'
    admin?.check(raw.socket, need, request.routeOptions.url ?? '')
    request.access = access.check(need, headers, pathTokens.get(raw))
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Of one that was too slow the connection is closed on purpose.
    if (reply.statusCode < 400 || reply.getHeader('connection') === 'close') done()
    else drainRest(request.raw, done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    metrics.answered(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  app.addHook('preClose', async () => stop.abort())

  app.setErrorHandler((error, request, reply) => {
    const known = toHttpError(error)
    if (known.status === 500) log.error({ err: error, route: request.routeOptions.url }, 'request failed')
    return reply.code(known.status).headers(known.headers).send(known.body)
  })
  app.setNotFoundHandler((request) => {
    const path = withoutToken(request.raw.url!.split('?', 1)[0]!)
    const methods = METHODS.filter((method) => app.hasRoute({ method, url: path }))
    if (request.method === 'OPTIONS' && methods.length > 0)
      throw new HttpError('method_not_allowed', 'pages of other origins may not call this', {
        headers: { allow: methods.join(', ') },
      })
    throw new HttpError('not_found', `there is nothing at ${request.method} ${path.slice(0, 200)}`)
  })

  await serveUi(app)
  openApiRoutes(app, context.version)
  healthRoutes(app, context)
  hubRoutes(app, context)
  eventRoutes(app, context)
  eventStatsRoute(app, context)
  meshRoutes(app, context)
  busRoutes(app, context)
  heartbeatRoutes(app, context)
  dependencyRoutes(app, context)
  meshPages(app)
  ecosystemRoutes(app, context)
  vocabularyRoutes(app, context)
  ecosystemReadRoutes(app, context)
  await app.register(ecosystemStream(context, stop.signal))
  serviceRoutes(app, context)
  fleetRoute(app, context)
  monitorRoutes(app, context)
  transitionRoutes(app, context, stop.signal)
  serviceMapRoutes(app, context)
  traceRoutes(app, context)
  logRoutes(app, context)
  metricRoutes(app, context)
  errorRoutes(app, context)
  sessionRoutes(app, context)
  tokenRoutes(app, context)
  streamRoute(app, context, stop.signal)
  liveRoute(app, context, stop.signal)
  mcpRoute(app, context)
  backupRoute(app, context, stop.signal)
  exportRoute(app, context, stop.signal)
  await app.register(otlpRoutes(context), { prefix: '/v1' })
  return app
}

/** Answers what is no HTTP request at all; the default of the framework does not look like the other errors. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
  const known =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new HttpError('headers_too_large', `the headers are larger than ${LIMITS.headerBytes.value} bytes`)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new HttpError('request_timeout', 'the request came too slowly')
        : new HttpError('bad_request', 'this is not an HTTP/1.1 request')
  const body = JSON.stringify(known.body)
  socket.end(
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status]}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
