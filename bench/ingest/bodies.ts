import { randomBytes, randomUUID } from 'node:crypto'
import { create, toBinary, toJsonString, type MessageInitShape } from '@bufbuild/protobuf'
import { newEventId } from '@hubline/core/wire'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { SpanSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { number, text } from './attributes.ts'
import type { Case } from './cases.ts'
import { type Template, templateOf } from './life/template.ts'

const ROUTES = ['/users/:id', '/orders', '/orders/:id', '/cart/:user/items', '/health/deep', '/search']
const SERVICES = ['shop', 'payments', 'catalog', 'mail']
/** Two of each service. */
const INSTANCES = Array.from({ length: 2 * SERVICES.length }, () => randomUUID())
const SPANS_OF_A_TRACE = 5

/**
 * Requests with `items` items in all, each as an app on a framework would send it; no two items are the same. The ids of
 * events are to be stamped when they are sent: they hold a time.
 */
export function bodiesOf({ format, batch }: Pick<Case, 'format' | 'batch'>, items: number): Template[] {
  const bodies: Template[] = []
  for (let made = 0; made < items; made += batch) {
    const size = Math.min(batch, items - made)
    if (format === 'events') bodies.push(eventsBody(size, bodies.length))
    else bodies.push(templateOf(spansBody(size, made, format === 'spans, JSON'), size, []))
  }
  return bodies
}

/** Of one instance of a service, in the fields and the order in which our clients write them. */
function eventsBody(size: number, batch: number): Template {
  const ids = Array.from({ length: size }, () => newEventId())
  const turn = Math.floor(batch / INSTANCES.length)
  const lines = ids.map((id, index) => {
    const n = turn * size + index
    const route = ROUTES[n % ROUTES.length]!
    const traceId = randomBytes(16).toString('hex')
    return JSON.stringify({
      id,
      type: 'InteractionDetected',
      source: SERVICES[batch % SERVICES.length],
      version: 1,
      env: 'production',
      instance: INSTANCES[batch % INSTANCES.length],
      occurred_at: new Date().toISOString(),
      payload: {
        action: `GET ${route}`,
        outcome: 'ok',
        method: 'GET',
        route,
        status: 200,
        duration_ms: 3.25 + (n % 40),
      },
      seq: n + 1,
      priority: 'low',
      correlation_id: traceId,
      trace_id: traceId,
      span_id: randomBytes(8).toString('hex'),
    })
  })
  const wanted = ids.map((id) => ({ kind: 'ulid' as const, of: Buffer.from(id) }))
  return templateOf(Buffer.from(lines.join('\n')), size, wanted)
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
