import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { encodeExportAnswer, encodeStatus } from '../otlp/answer.ts'
import { isLoopbackOrigin } from '../server/doors.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { mediaType, unsupported } from '../server/media-type.ts'
import { readBody } from '../server/read-body.ts'
import { operation, type OperationCall } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { toHttpError } from '../server/to-http-error.ts'
import type { OtlpEncoding, OtlpSignal } from '../store/store.ts'
import { ingestExport } from './otlp-ingest.ts'
import { rpcCode } from './rpc-codes.ts'

const MEDIA_TYPES: Record<OtlpEncoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

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
      const known = toRetryable(toHttpError(error))
      if (known.status === 500)
        context.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
      return sendStatus(request, reply, known)
    })
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      route(app, `/${signal}`, {
        POST: operation({
          need: 'ingest',
          tag: 'OTLP',
          summary: `Takes ${signal} of OpenTelemetry`,
          description: 'OTLP over HTTP; the answer has the encoding of the request.',
          lenient: true,
          body: { [MEDIA_TYPES.protobuf]: z.string(), [MEDIA_TYPES.json]: z.looseObject({}) },
          answers: {
            200: {
              description: 'Committed, whole or with a partial_success.',
              schema: z.object({ partialSuccess: z.looseObject({}).optional() }),
            },
          },
          handler: receiveExport(context, signal),
        }),
      })
    }
  }
}

function receiveExport(context: Context, signal: OtlpSignal) {
  return async function receive({ request, reply }: OperationCall<object, object>): Promise<FastifyReply> {
    const encoding = answerEncoding(request)
    const outcome = await ingestExport(context, {
      signal,
      encoding,
      caller: request,
      async read() {
        if (encodingOf(request) === undefined)
          throw unsupported(request.headers['content-type'], Object.values(MEDIA_TYPES))
        return readBody(request.raw, context.bodyMaxBytes, context.reading)
      },
    })
    const answer = encodeExportAnswer(signal, encoding, outcome)
    return reply.type(MEDIA_TYPES[encoding]).send(Buffer.from(answer))
  }
}

/** That of the request; JSON where that is neither. */
function answerEncoding(request: FastifyRequest): OtlpEncoding {
  return encodingOf(request) ?? 'json'
}

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const type = mediaType(request.headers['content-type'])
  if (type === MEDIA_TYPES.json) return 'json'
  return type === MEDIA_TYPES.protobuf || type === 'application/protobuf' ? 'protobuf' : undefined
}

/** Clients of OTLP try again on 429, 502, 503 and 504 alone: to them a 408 would be the loss of a batch. */
function toRetryable(error: HttpError): HttpError {
  if (error.code !== 'request_timeout') return error
  return new HttpError('overloaded', error.message, { headers: error.headers })
}

/** Errors are a google.rpc.Status. */
function sendStatus(request: FastifyRequest, reply: FastifyReply, error: HttpError): FastifyReply {
  const encoding = answerEncoding(request)
  const status = { code: rpcCode(error), message: error.message }
  return reply
    .code(error.status)
    .headers(error.headers)
    .type(MEDIA_TYPES[encoding])
    .send(Buffer.from(encodeStatus(encoding, status)))
}
