import { SERVERS } from './describe-servers.ts'
import {
  EXACT,
  FIELDS,
  MESH_PAYLOADS,
  NAMES,
  type OriginalDialect,
  OTHER,
  REST,
  REST_IN,
  URGENT_STATES,
} from './mapping.ts'

const EVENT_FIELDS = [
  'id',
  'type',
  'source',
  'occurred_at',
  'payload',
  'version',
  'env',
  'instance',
  'seq',
  'severity',
  'priority',
  'correlation_id',
  'trace_id',
  'span_id',
  'tags',
] as const

const code = (text: string): string => `\`${text}\``

/** What docs/dialects.md says. */
export function describeMapping(): string {
  return `# Dialects

\`HUB_DIALECT\` says in whose words a service reports: \`hubline\` (our collector), \`hub\` (the original hub), \`mesh\` (the
service mesh's event bus) or \`ecosystem\` (the event collector of the hooks). \`auto\`, the default, asks the hub once by
\`GET …/info\`: who says \`product: "hubline"\` or where OTLP goes is ours, anyone else who names itself is an original hub.
Any other answer (a proxy's 404, a 401) is nobody's word: events go out as to ours, OTLP waits, and the question is put again with backoff.

What follows is made from \`packages/core/src/wire/dialects/mapping.ts\`, the one table that the client writes by and our
collector reads by.

## Names

| event | hub | mesh | ecosystem |
|---|---|---|---|
${names()}

## Fields

Where each field of an event is. **What a wire cannot say, or not exactly, is under the key \`${REST}\`** in a field of the wire that
takes any keys, so nothing of an event is lost on any of them.

| field | hub | mesh | ecosystem |
|---|---|---|---|
${fields()}

- **hub**: one event for each request, to \`POST …/events\`. A lifecycle state becomes the action \`lifecycle.<state>\`, any other
  type the action of that name; the payload follows it. The correlation id of an action is in its payload, too. An original
  server does not read \`${REST}\`: it stores a request twice that is repeated because its answer was lost.
- **mesh**: one event for each request, to \`POST …/api/v1/messagebus/publish\`; only the status 200 is a success. States that are
  urgent (${[...URGENT_STATES].join(', ')}) have priority high. Payloads in the bus's own words:
${payloads()}
  A \`timestamp\` is added to these, and \`error_type\` where there is none.
- **ecosystem**: batches, to \`POST …/events/batch\`. \`event_id\` is the event's own ULID written as a UUID.
- A payload that has keys of its own where something is added goes along a second time, as \`${REST}.payload\`.

To the original servers nothing is compressed, and \`HUB_INTERACTIONS=auto\` sends failures and slow requests only: one of them
takes sixty events a minute. They take no OTLP; without an endpoint of their own, spans, logs and metrics stay unsent.

## Reading back

Our collector takes all of these wires, from whoever speaks them:

| call | answer |
|---|---|
| \`POST /api/v1/hub/events\` | 201 \`{id, type, source, occurred_at, created_at}\` |
| \`POST /api/v1/messagebus/publish\`, all in the body | 200 \`{message, event_type, exchange, routing_key}\` |
| the same, the body being the payload: \`?event_type=…&source_service=…&exchange=…&routing_key=…&priority=5\` | the same |
| \`POST /events\` | 201 \`{event_id, status: "collected"}\` |
| \`POST /events/batch\`, an array | 201 \`{collected, failed, status: "batch_completed"}\`, with \`rejected[]\` where some failed |

- **An event that a client of ours made** is stored as it was made: the same id, so once however often it comes, and every other
  field. It is ours when it has \`${REST}\` with an id and a type, and the wire's own name and id are those that this event has: somebody
  who copies \`metadata\` into an event of another name has made that event.
- **Anybody else's event** keeps its type, payload, times and id (one without an id gets a ULID, one without a time that of its
  arrival). What an event of ours has no field for, the bus's \`metadata\`, \`exchange\` and \`routing_key\`, is under \`_mesh\` in its
  payload. Priorities in numbers: 9 and more critical, 6 to 8 high, 5 normal, less low. A time without a zone is UTC.
- A field that cannot be used is named as its sender named it, with the status 422 where the event was alone.
- Tokens, limits, shares and \`Retry-After\` are those of the hub's own door. Clients that can send no header use the base address
  \`http://…/t/<token>\`.

${SERVERS}`
}

function names(): string {
  return Object.entries({ ...NAMES, 'any other': OTHER })
    .map(([type, { hub, mesh, meshPriority, ecosystem }]) => {
      const bus = code(type === 'any other' ? mesh : `<service>.${mesh}`)
      return `| ${type} | ${hub} | ${bus}${meshPriority ? `, ${meshPriority}` : ''} | ${code(ecosystem)} |`
    })
    .join('\n')
}

function fields(): string {
  const place = (dialect: OriginalDialect, field: (typeof EVENT_FIELDS)[number]): string => {
    const own = FIELDS[dialect][field]
    const rest = code(`${REST_IN[dialect]}.${REST}.${field}`)
    if (own === undefined) return rest
    return field === 'payload' || EXACT[dialect].includes(field) ? code(own) : `${code(own)}, ${rest}`
  }
  const row = (field: (typeof EVENT_FIELDS)[number]): string =>
    `| ${field} | ${place('hub', field)} | ${place('mesh', field)} | ${place('ecosystem', field)} |`
  return EVENT_FIELDS.map(row).join('\n')
}

function payloads(): string {
  return Object.entries(MESH_PAYLOADS)
    .map(([type, { fields, rest }]) => {
      const renamed = Object.entries(fields).map(([ours, theirs]) =>
        ours === theirs ? code(ours) : `${code(ours)} as ${code(theirs)}`,
      )
      return `  ${type}: ${renamed.join(', ')}, all else ${rest ? `in ${code(rest)}` : 'beside them'};`
    })
    .join('\n')
    .replace(/;$/, '.')
}
