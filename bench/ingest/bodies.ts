import { randomBytes, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { create, toBinary, toJsonString, type MessageInitShape } from '@bufbuild/protobuf'
import { newEventId } from '@hubline/core/wire'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { SpanSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { number, text } from './attributes.ts'
import type { Case } from './cases.ts'

export interface Body {
  bytes: Uint8Array
  items: number
}

const ROUTES = ['/users/:id', '/orders', '/orders/:id', '/cart/:user/items', '/health/deep', '/search']
const SERVICES = ['shop', 'payments', 'catalog', 'mail']
const SPANS_OF_A_TRACE = 5

/** Requests with `items` items in all, each as an app on a framework would send it; no two items are the same. */
export function bodiesOf({ format, batch, gzip }: Case, items: number): Body[] {
  const bodies: Body[] = []
  for (let made = 0; made < items; made += batch) {
    const size = Math.min(batch, items - made)
    const plain =
      format === 'events' ? eventsBody(size, made) : spansBody(size, made, format === 'spans, JSON')
    bodies.push({ bytes: gzip ? gzipSync(plain, { level: 1 }) : plain, items: size })
  }
  return bodies
}

function eventsBody(size: number, from: number): Uint8Array {
  const lines = Array.from({ length: size }, (_, index) => {
    const n = from + index
    const route = ROUTES[n % ROUTES.length]!
    return JSON.stringify({
      id: newEventId(),
      type: 'InteractionDetected',
      source: SERVICES[n % SERVICES.length],
      occurred_at: new Date().toISOString(),
      env: 'production',
      instance: `instance-${n % 8}`,
      severity: 'info',
      priority: 'normal',
      correlation_id: randomUUID(),
      trace_id: randomBytes(16).toString('hex'),
      span_id: randomBytes(8).toString('hex'),
      payload: {
        action: `GET ${route}`,
        outcome: 'ok',
        method: 'GET',
        route,
        status: 200,
        duration_ms: 3.25 + (n % 40),
      },
    })
  })
  return new TextEncoder().encode(lines.join('\n'))
}

function spansBody(size: number, from: number, json: boolean): Uint8Array {
  const start = BigInt(Date.now()) * 1_000_000n
  let traceId = new Uint8Array(randomBytes(16))
  const spans = Array.from({ length: size }, (_, index): MessageInitShape<typeof SpanSchema> => {
    const n = from + index
    if (n % SPANS_OF_A_TRACE === 0) traceId = new Uint8Array(randomBytes(16))
    const route = ROUTES[n % ROUTES.length]!
    return {
      traceId,
      spanId: new Uint8Array(randomBytes(8)),
      name: `GET ${route}`,
      kind: 2,
      startTimeUnixNano: start + BigInt(n),
      endTimeUnixNano: start + BigInt(n) + 3_250_000n,
      attributes: [
        text('http.request.method', 'GET'),
        text('http.route', route),
        text('url.path', route.replace(/:\w+/g, String(n))),
        text('url.scheme', 'https'),
        text('server.address', 'shop.example'),
        text('network.protocol.version', '1.1'),
        text('user_agent.original', 'bench/1.0'),
        number('http.response.status_code', 200),
        text('hub.event.id', newEventId()),
      ],
    }
  })
  const resource = {
    attributes: [
      text('service.name', SERVICES[from % SERVICES.length]!),
      text('service.instance.id', 'instance-1'),
    ],
  }
  const request = create(ExportTraceServiceRequestSchema, {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }],
  })
  if (!json) return toBinary(ExportTraceServiceRequestSchema, request)
  return new TextEncoder().encode(hexIds(toJsonString(ExportTraceServiceRequestSchema, request)))
}

/** OTLP has ids in hex where protobuf's own JSON has base64. */
function hexIds(json: string): string {
  return json.replace(/"(traceId|spanId)":"([^"]+)"/g, (_, name: string, id: string) => {
    return `"${name}":"${Buffer.from(id, 'base64').toString('hex')}"`
  })
}
