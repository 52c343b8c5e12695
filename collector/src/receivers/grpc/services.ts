import { toBinary, type DescMethodUnary, type MessageShape } from '@bufbuild/protobuf'
import { EmptySchema } from '@bufbuild/protobuf/wkt'
import { createConnectRouter, createContextKey, type ContextKey } from '@connectrpc/connect'
import type { UniversalHandler } from '@connectrpc/connect/protocol'
import type { FastifyRequest } from 'fastify'
import { exportAnswer } from '../../otlp/answer.ts'
import { LogsService } from '../../otlp/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { MetricsService } from '../../otlp/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts'
import { TraceService } from '../../otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { Context } from '../../server/context.ts'
import { checkLocalDoor, checkTokenDoor } from '../../server/doors.ts'
import type { OtlpSignal } from '../../store/store.ts'
import { ingestExport } from '../otlp-ingest.ts'
import { compressions } from './compressions.ts'
import { toRpcError } from './errors.ts'

/** One call, from its headers on. */
export interface Call {
  headers: Record<string, string>
  ip: string
  /** Null until the doors have let it in. */
  access: FastifyRequest['access'] | null
  /** Whether the message has arrived and was understood as one. */
  isRead: boolean
}

/** Where a handler finds the call that it works for. */
export const CALL: ContextKey<Call | null> = createContextKey<Call | null>(null)

const METHODS: Readonly<Record<OtlpSignal, DescMethodUnary>> = {
  traces: TraceService.method.export,
  logs: LogsService.method.export,
  metrics: MetricsService.method.export,
}

export interface Service extends UniversalHandler {
  signal: OtlpSignal
}

/** A handler for each signal's Export. */
export function exportServices(context: Context): Service[] {
  return (['traces', 'logs', 'metrics'] as const).map((signal) => exportService(context, signal))
}

function exportService(context: Context, signal: OtlpSignal): Service {
  const { access, bodyMaxBytes, reading } = context
  // Read as a message without fields of its own, a request keeps its bytes: the writer thread scans them.
  const method = { ...METHODS[signal], input: EmptySchema } as DescMethodUnary<typeof EmptySchema>
  const router = createConnectRouter({
    connect: false,
    grpcWeb: false,
    readMaxBytes: bodyMaxBytes,
    acceptCompression: compressions(reading),
    requestGate({ values, url, requestMethod }) {
      const call = values.get(CALL)!
      try {
        const { headers } = call
        const door = { method: requestMethod, path: new URL(url).pathname, headers }
        if (access.hasTokens) checkTokenDoor(door)
        else checkLocalDoor(door)
        // The cookie of the dashboard is no business of gRPC.
        const { authorization } = headers
        call.access = access.check('ingest', authorization === undefined ? {} : { authorization }, undefined)
      } catch (error) {
        throw toRpcError(error)
      }
    },
  })
  router.rpc(method, async (request: MessageShape<typeof EmptySchema>, { values }) => {
    const call = values.get(CALL)!
    call.isRead = true
    try {
      const outcome = await ingestExport(context, {
        signal,
        encoding: 'protobuf',
        caller: { access: call.access!, ip: call.ip },
        read: async () => toBinary(EmptySchema, request),
      })
      return exportAnswer(signal, outcome).message
    } catch (error) {
      const known = toRpcError(error)
      if (known.code === 13) context.log.error({ err: error, signal }, 'gRPC request failed')
      throw known
    }
  })
  return Object.assign(router.handlers[0]!, { signal })
}
