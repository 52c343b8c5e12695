import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { encodeExportAnswer, encodeStatus } from '../otlp/answer.ts'
import { isLoopbackOrigin } from '../server/doors.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { mediaType, unsupported } from '../server/media-type.ts'
import { readBody } from '../server/read-body.ts'
import { route, type Handler } from '../server/routes.ts'
import { toHttpError } from '../server/to-http-error.ts'
import { senderOf, type Sender } from './sender.ts'
import type { OtlpEncoding, OtlpSignal, StoredSignal } from '../store/store.ts'

const MEDIA_TYPES: Record<OtlpEncoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}
const STORED: Record<OtlpSignal, StoredSignal> = { traces: 'spans', logs: 'logs', metrics: 'metrics' }

/** OTLP over HTTP, below `/v1`: the only routes that pages of other origins may call. */
export function otlpRoutes(context: Context): (app: FastifyInstance) => Promise<void> {
  return async function otlp(app) {
    await app.register(cors, {
      // Without tokens the doors let in pages of this machine alone; the answer says the same.
      origin: (origin, done) => done(null, context.access.hasTokens || isLoopbackOrigin(origin ?? '')),
      methods: ['POST'],
      allowedHeaders: [
        'content-type',
        'content-encoding',
        'authorization',
        'traceparent',
        'tracestate',
        'baggage',
      ],
      maxAge: 600,
    })
    app.setErrorHandler((error, request, reply) => {
      const known = toHttpError(error)
      if (known.status === 500)
        context.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
      return sendStatus(request, reply, known)
    })
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      route(app, `/${signal}`, { POST: ['ingest', receiveExport(context, signal)] })
    }
  }
}

function receiveExport(
  { store, clock, bodyMaxBytes, reading, metrics }: Context,
  signal: OtlpSignal,
): Handler {
  const stored = STORED[signal]
  return async function receive(request, reply) {
    let sender: Sender | undefined
    try {
      const encoding = encodingOf(request)
      if (encoding === undefined)
        throw unsupported(request.headers['content-type'], Object.values(MEDIA_TYPES))
      const body = await readBody(request.raw, bodyMaxBytes, reading)
      const bytes = body.byteLength
      sender = senderOf(request, body)
      const receipt = await store().ingestOtlp({
        signal,
        encoding,
        body,
        source: request.access.source,
        sender: sender.key,
        receivedAt: clock(),
      })
      if (receipt.kind === 'unreadable') throw new HttpError('invalid_body', receipt.message)
      const { accepted, rejected, message } = receipt
      metrics.stored(stored, accepted, bytes)
      if (rejected > 0) metrics.reject(stored, 'validation_failed', rejected)
      const outcome = message === undefined ? { rejected } : { rejected, message }
      return reply
        .type(MEDIA_TYPES[encoding])
        .send(Buffer.from(encodeExportAnswer(signal, encoding, outcome)))
    } catch (error) {
      metrics.refuse(stored, toHttpError(error).code, sender?.source)
      throw error
    }
  }
}

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const type = mediaType(request.headers['content-type'])
  if (type === MEDIA_TYPES.json) return 'json'
  return type === MEDIA_TYPES.protobuf || type === 'application/protobuf' ? 'protobuf' : undefined
}

/** Codes of google.rpc.Code. */
const RPC_CODES: Record<number, number> = {
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  413: 8,
  429: 8,
  500: 13,
  503: 14,
  504: 4,
}
const INVALID_ARGUMENT = 3

/** Errors are a google.rpc.Status in the encoding of the request; JSON where that is neither. */
function sendStatus(request: FastifyRequest, reply: FastifyReply, error: HttpError): FastifyReply {
  const encoding = encodingOf(request) ?? 'json'
  const status = { code: RPC_CODES[error.status] ?? INVALID_ARGUMENT, message: error.message }
  return reply
    .code(error.status)
    .headers(error.headers)
    .type(MEDIA_TYPES[encoding])
    .send(Buffer.from(encodeStatus(encoding, status)))
}
