import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { createContextValues } from '@connectrpc/connect'
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node'
import { ConfigError } from '../../config/config-error.ts'
import type { Context } from '../../server/context.ts'
import { mediaType } from '../../server/media-type.ts'
import { STORED } from '../otlp-ingest.ts'
import { countedBody } from './counted-body.ts'
import { readingProblem } from './errors.ts'
import { CALL, exportServices, type Call, type Service } from './services.ts'

/** Milliseconds in which a message must have arrived. */
const READ_TIMEOUT_MS = 60_000
/** Calls of one connection at once. */
const MAX_CALLS = 100
const TYPES = new Set(['application/grpc', 'application/grpc+proto'])
const UNIMPLEMENTED = '12'

/** OTLP over gRPC, on a port of its own. */
export interface GrpcServer {
  readonly port: number
  /** Takes no more calls; resolves when those it has are answered. */
  close(): Promise<void>
  /** Cuts off what is still under way. */
  cutOff(): void
}

/**
 * Listens for OTLP over gRPC (HTTP/2 without TLS).
 *
 * @throws {ConfigError} when the port cannot be used.
 */
export async function startGrpc(context: Context, host: string, port: number): Promise<GrpcServer> {
  const services = new Map(exportServices(context).map((service) => [service.requestPath, service]))
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer({ settings: { maxConcurrentStreams: MAX_CALLS } })
  server.on('request', (request, response) => void serve(context, services, request, response))
  // A connection that breaks is its client's affair, and so is one that speaks something else.
  server.on('sessionError', () => {})
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  const actual = await listen(server, host, port)
  return {
    port: actual,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const session of sessions) session.close()
      await closed
    },
    cutOff() {
      for (const session of sessions) session.destroy()
    },
  }
}

async function serve(
  context: Context,
  services: ReadonlyMap<string, Service>,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  const { stream } = request
  // A stream that its client resets; the handler hears of it by its signal.
  stream.on('error', () => {})
  const service = services.get(request.url)
  if (!TYPES.has(mediaType(request.headers['content-type']))) {
    stream.respond({ ':status': 415 }, { endStream: true })
    return
  }
  if (!service) {
    const message = encodeURIComponent(`there is no method ${request.url.slice(0, 200)}`)
    const status = { 'grpc-status': UNIMPLEMENTED, 'grpc-message': message }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true })
    return
  }
  const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), READ_TIMEOUT_MS)
  request.once('end', () => clearTimeout(late))
  stream.once('close', () => clearTimeout(late))
  const call: Call = { headers: headersOf(request), ip: ipOf(request), access: null, isRead: false }
  try {
    const asked = universalRequestFromNodeRequest(
      request,
      response,
      undefined,
      createContextValues().set(CALL, call),
    )
    const body = asked.body as AsyncIterable<Uint8Array>
    const counted = countedBody(body, context.reading)
    const answer = await service({ ...asked, body: counted })
    if (call.access !== null && !call.isRead) {
      const problem = readingProblem(answer.trailer!)
      if (problem !== undefined) context.metrics.refuse(STORED[service.signal], problem)
    }
    if (!request.complete) discardRest(stream)
    await universalResponseToNodeResponse(answer, response)
  } catch {
    // The connection broke before the answer was out: its client will know.
    stream.close(constants.NGHTTP2_CANCEL)
  }
}

/** A message that was refused before it was there is let run out, or its sender would wait for room to send the rest. */
function discardRest(stream: ServerHttp2Stream): void {
  stream.removeAllListeners('data').resume()
}

function headersOf({ headers, authority }: Http2ServerRequest): Record<string, string> {
  const plain: Record<string, string> = { host: authority }
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':') && value !== undefined) plain[name] = String(value)
  }
  return plain
}

function ipOf({ stream }: Http2ServerRequest): string {
  return stream.session?.socket.remoteAddress ?? 'unknown'
}

async function listen(server: Http2Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(error, port)))
    server.listen({ host, port }, resolve)
  })
  return (server.address() as { port: number }).port
}

function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(
      `port ${port} for gRPC is taken by another program: stop that one, or choose another port with HUBLINE_GRPC_PORT=<port>`,
    )
  }
  if (error.code === 'EACCES') {
    return new ConfigError(
      `port ${port} for gRPC needs more rights than this process has: choose one above 1023 with HUBLINE_GRPC_PORT=<port>`,
    )
  }
  return error
}
