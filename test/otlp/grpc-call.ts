import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { onTestFinished } from 'vitest'
import { RetryInfoSchema } from '../../collector/src/otlp/gen/google/rpc/error_details_pb.ts'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import { StatusSchema } from '../../collector/src/otlp/gen/google/rpc/status_pb.ts'

export const EXPORT = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

const TRACE_ID = Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex')

/** An export request with spans of those names. */
export function spans(service: string, ...names: string[]): Uint8Array {
  const attributes = [
    { key: 'service.name', value: { value: { case: 'stringValue', value: service } as const } },
  ]
  const list = names.map((name, n) => {
    const spanId = Buffer.alloc(8)
    spanId.writeUInt32BE(n + 1, 4)
    return {
      traceId: TRACE_ID,
      spanId: name === 'bad' ? Buffer.alloc(0) : spanId,
      name,
      startTimeUnixNano: 1n,
    }
  })
  const resourceSpans = [{ resource: { attributes }, scopeSpans: [{ spans: list }] }]
  return toBinary(ExportTraceServiceRequestSchema, create(ExportTraceServiceRequestSchema, { resourceSpans }))
}

/** What a call came to. */
export interface Answered {
  /** Of HTTP; everything else is undefined unless it is 200. */
  http: number
  /** Of google.rpc.Code. */
  code: number | undefined
  message: string | undefined
  /** Seconds after which to come again, from RetryInfo; undefined where there is none. */
  retryAfter: number | undefined
  headers: IncomingHttpHeaders
  /** The message of the answer. */
  body: Buffer
}

/** A message as gRPC frames it; `compressed` only sets the flag. */
export function framed(message: Uint8Array, compressed = false): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(compressed ? 1 : 0, 0)
  head.writeUInt32BE(message.byteLength, 1)
  return Buffer.concat([head, message])
}

/** A connection to a gRPC port without any gRPC library, so that calls may be as wrong as they like. */
export class RawGrpc {
  readonly session: ClientHttp2Session

  constructor(port: number) {
    this.session = connect(`http://127.0.0.1:${port}`)
    this.session.on('error', () => {})
    onTestFinished(() => this.session.destroy())
  }

  /** One call; `body` are the bytes as they go out. Rejects when the stream breaks before it is answered. */
  call(
    body: Uint8Array,
    headers: Record<string, string> = {},
    path: string = EXPORT.traces,
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      })
      let head: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
      let trailers: IncomingHttpHeaders = {}
      const chunks: Buffer[] = []
      stream.on('response', (received) => (head = received))
      stream.on('trailers', (received) => (trailers = received))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // What is still being sent after the answer is cut off by it.
      stream.on('error', (error) => head[':status'] === undefined && reject(error))
      stream.on('close', () => resolve(answered(head, { ...head, ...trailers }, Buffer.concat(chunks))))
      stream.end(body)
    })
  }
}

function answered(
  head: IncomingHttpHeaders & { ':status'?: number | undefined },
  all: IncomingHttpHeaders,
  body: Buffer,
): Answered {
  const code = all['grpc-status']
  const details = all['grpc-status-details-bin']
  return {
    http: head[':status'] ?? 0,
    code: code === undefined ? undefined : Number(code),
    message: all['grpc-message'] === undefined ? undefined : decodeURIComponent(String(all['grpc-message'])),
    retryAfter: details === undefined ? undefined : retryDelay(String(details)),
    headers: head,
    body: body.subarray(5),
  }
}

function retryDelay(details: string): number | undefined {
  const status = fromBinary(StatusSchema, Buffer.from(details, 'base64'))
  const info = status.details.find(({ typeUrl }) => typeUrl === 'type.googleapis.com/google.rpc.RetryInfo')
  if (info === undefined) return undefined
  return Number(fromBinary(RetryInfoSchema, info.value).retryDelay?.seconds)
}
