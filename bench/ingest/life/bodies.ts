import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf'
import { newEventId } from '@hubline/core/wire'
import { ExportLogsServiceRequestSchema } from '../../../collector/src/otlp/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { ExportTraceServiceRequestSchema } from '../../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { LogRecordSchema } from '../../../collector/src/otlp/gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import {
  Span_SpanKind,
  type SpanSchema,
} from '../../../collector/src/otlp/gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { number, text } from '../attributes.ts'
import { Random } from './random.ts'
import { templateIso, templateNanos, templateOf, type Template, type Wanted } from './template.ts'
import { makeServices, makeTrace, type Service, type SpanDraft } from './world.ts'

/** Items of a request. */
export const BATCH = 500
export const SERVICES: readonly Service[] = makeServices(new Random(1))
export const TENANTS = 200
export const USERS = 50_000
/** Words of log records, the frequent ones first. */
export const WORDS: readonly string[] =
  'order user item cache payment retry stock mail session price timeout refused expired declined missing duplicate'.split(
    ' ',
  )

const KINDS = {
  internal: Span_SpanKind.INTERNAL,
  server: Span_SpanKind.SERVER,
  client: Span_SpanKind.CLIENT,
  database: Span_SpanKind.CLIENT,
}

interface Span extends SpanDraft {
  traceId: Uint8Array<ArrayBuffer>
  spanId: Uint8Array<ArrayBuffer>
  parentId?: Uint8Array<ArrayBuffer>
  /** Milliseconds of the start of its trace after that of its request. */
  at: number
}

export interface Templates {
  spans: Template[]
  events: Template[]
  logs: Template[]
}

/**
 * Requests as a fleet of services sends them by way of an agent: spans of many services by resource, and the hub events and
 * log records of the same traces.
 *
 * @param spanMs milliseconds of the fleet's time from one span to the next.
 */
export function makeTemplates(count: number, spanMs: number): Templates {
  const random = new Random(2)
  const templates: Templates = { spans: [], events: [], logs: [] }
  let pending: Span[] = []
  for (let made = 0; made < count; made++) {
    while (pending.length < BATCH) pending = [...pending, ...traceSpans(random, pending.length * spanMs)]
    const spans = pending.slice(0, BATCH)
    pending = pending.slice(BATCH).map((span) => ({ ...span, at: span.at - BATCH * spanMs }))
    templates.spans.push(spansTemplate(spans, random))
    templates.events.push(eventsTemplate(spans, random))
    templates.logs.push(logsTemplate(spans, random))
  }
  return templates
}

function traceSpans(random: Random, at: number): Span[] {
  const traceId = random.bytes(16)
  const drafts = makeTrace(SERVICES, random)
  const ids = new Map(drafts.map((draft) => [draft, random.bytes(8)]))
  return drafts.map((draft) => {
    const parentId = draft.parent && ids.get(draft.parent)!
    return { ...draft, traceId, spanId: ids.get(draft)!, at, ...(parentId && { parentId }) }
  })
}

function spansTemplate(spans: Span[], random: Random): Template {
  const wanted: Wanted[] = []
  const groups = [...Map.groupBy(spans, ({ instance }) => instance)]
  const resourceSpans = groups.map(([instance, group]) => ({
    resource: resourceOf(SERVICES[group[0]!.service]!, instance),
    scopeSpans: [{ scope: { name: 'http' }, spans: group.map((span) => encodedSpan(span, wanted, random)) }],
  }))
  const request = create(ExportTraceServiceRequestSchema, { resourceSpans })
  return templateOf(toBinary(ExportTraceServiceRequestSchema, request), spans.length, wanted)
}

function encodedSpan(span: Span, wanted: Wanted[], random: Random): MessageInitShape<typeof SpanSchema> {
  const { traceId, spanId, parentId, name, failed, throws } = span
  const [start, end] = [span.at + span.start, span.at + span.end]
  wanted.push({ kind: 'id', of: traceId }, { kind: 'id', of: spanId })
  if (parentId) wanted.push({ kind: 'id', of: parentId })
  wanted.push({ kind: 'nanos', of: start }, { kind: 'nanos', of: end })
  if (throws) wanted.push({ kind: 'nanos', of: end })
  return {
    traceId,
    spanId,
    ...(parentId && { parentSpanId: parentId }),
    name,
    kind: KINDS[span.kind],
    startTimeUnixNano: templateNanos(start),
    endTimeUnixNano: templateNanos(end),
    attributes: attributesOf(span, random),
    events: throws ? [exceptionOf(span, templateNanos(end))] : [],
    ...(failed && { status: { code: 2, message: 'it failed' } }),
  }
}

function attributesOf({ kind, operation, service, failed, callee, name }: SpanDraft, random: Random) {
  const who = [
    text('tenant.id', `tenant-${random.below(TENANTS)}`),
    text('user.id', `user-${random.below(USERS)}`),
  ]
  if (kind === 'internal') return [text('code.function.name', name), ...who]
  if (kind === 'database') {
    return [
      text('db.system.name', SERVICES[service]!.database),
      text('db.namespace', 'main'),
      text('db.query.text', `${name} WHERE tenant = ? AND id = ? ORDER BY created_at LIMIT 20`),
      text('server.address', `${SERVICES[service]!.database}.internal.example`),
      ...who,
    ]
  }
  const status = failed ? random.pick([500, 502, 503]) : random.pick([200, 200, 200, 201, 304, 404])
  return [
    text('http.request.method', operation!.method),
    ...(kind === 'server' ? [text('http.route', operation!.route)] : []),
    text('url.path', operation!.route.replace(':id', String(random.below(1_000_000)))),
    text('url.scheme', 'https'),
    text('server.address', `${SERVICES[callee ?? service]!.name}.internal.example`),
    text('network.protocol.version', '1.1'),
    text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
    number('http.response.status_code', status),
    ...who,
  ]
}

function exceptionOf({ service, name }: SpanDraft, timeUnixNano: bigint) {
  const type = ['TypeError', 'TimeoutError', 'DatabaseError'][name.length % 3]!
  const message = `${name} could not be done`
  const frames = Array.from({ length: 12 }, (_, n) => {
    return `    at step${n} (/srv/${SERVICES[service]!.name}/src/part${n}.js:${10 + n}:7)`
  })
  return {
    name: 'exception',
    timeUnixNano,
    attributes: [
      text('exception.type', type),
      text('exception.message', message),
      text('exception.stacktrace', [`${type}: ${message}`, ...frames].join('\n')),
    ],
  }
}

/** An event of each server span among the first ones, as many as there are in a batch. */
function eventsTemplate(spans: Span[], random: Random): Template {
  const servers = spans.filter(({ kind }) => kind === 'server')
  const wanted: Wanted[] = []
  const lines = Array.from({ length: BATCH }, (_, n) => {
    const span = servers[n % servers.length]!
    const { traceId, spanId, at, end, failed, operation, service, instance } = span
    const id = newEventId()
    wanted.push({ kind: 'ulid', of: Buffer.from(id) }, { kind: 'iso', of: at + end })
    wanted.push({ kind: 'hex', of: traceId }, { kind: 'hex', of: spanId })
    return JSON.stringify({
      id,
      type: failed ? 'ErrorReported' : random.chance(0.05) ? 'MetricReported' : 'InteractionDetected',
      source: SERVICES[service]!.name,
      occurred_at: templateIso(at + end),
      env: 'production',
      instance,
      severity: failed ? 'error' : 'info',
      priority: failed ? 'high' : 'normal',
      trace_id: Buffer.from(traceId).toString('hex'),
      span_id: Buffer.from(spanId).toString('hex'),
      payload: failed
        ? {
            severity: 'error',
            message: `${span.name} could not be done`,
            error_type: 'TypeError',
            handled: false,
          }
        : {
            action: span.name,
            outcome: 'ok',
            method: operation!.method,
            route: operation!.route,
            status: 200,
            duration_ms: end,
          },
    })
  })
  return templateOf(new TextEncoder().encode(lines.join('\n')), BATCH, wanted)
}

function logsTemplate(spans: Span[], random: Random): Template {
  const wanted: Wanted[] = []
  const groups = [...Map.groupBy(spans, ({ instance }) => instance)]
  const resourceLogs = groups.map(([instance, group]) => ({
    resource: resourceOf(SERVICES[group[0]!.service]!, instance),
    scopeLogs: [
      { scope: { name: 'log' }, logRecords: group.map((span) => encodedLog(span, wanted, random)) },
    ],
  }))
  const request = create(ExportLogsServiceRequestSchema, { resourceLogs })
  return templateOf(toBinary(ExportLogsServiceRequestSchema, request), spans.length, wanted)
}

function encodedLog(span: Span, wanted: Wanted[], random: Random): MessageInitShape<typeof LogRecordSchema> {
  const { traceId, spanId, at, start, failed, name } = span
  wanted.push({ kind: 'nanos', of: at + start }, { kind: 'id', of: traceId }, { kind: 'id', of: spanId })
  const words = Array.from({ length: 4 }, () => random.pickEarly(WORDS))
  return {
    timeUnixNano: templateNanos(at + start),
    severityNumber: failed ? 17 : random.chance(0.1) ? 13 : 9,
    severityText: failed ? 'ERROR' : 'INFO',
    body: text('', `${words.join(' ')} while ${name} of ${random.below(1_000_000)}`).value,
    attributes: [text('code.function.name', 'handle'), number('attempt', random.below(4))],
    traceId,
    spanId,
  }
}

function resourceOf({ name }: Service, instance: string) {
  return {
    attributes: [
      text('service.name', name),
      text('service.instance.id', instance),
      text('service.version', '1.4.2'),
      text('deployment.environment.name', 'production'),
      text('host.name', `host-${instance.length}`),
    ],
  }
}
