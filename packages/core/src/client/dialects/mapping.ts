import type { HubEvent, Priority } from '../../wire/event.ts'

/** What an event is called in the words of each of the original servers. */
export interface Names {
  /** One of the original hub's seven types. */
  hub: string
  /** What follows `<service>.` on the event bus. */
  mesh: string
  meshPriority?: Priority
  ecosystem: string
}

/** Read by the encoders, and published as docs/dialects.md. */
export const NAMES: Readonly<Record<string, Names>> = {
  AppRegistered: { hub: 'AppRegistered', mesh: 'app.registered', ecosystem: 'app_registered' },
  AgentHeartbeat: { hub: 'AgentHeartbeat', mesh: 'agent.heartbeat', ecosystem: 'agent_heartbeat' },
  InteractionDetected: {
    hub: 'InteractionDetected',
    mesh: 'interaction.detected',
    ecosystem: 'interaction_detected',
  },
  MetricReported: {
    hub: 'MetricReported',
    mesh: 'metric',
    meshPriority: 'low',
    ecosystem: 'metric_reported',
  },
  ErrorReported: {
    hub: 'ErrorReported',
    mesh: 'error',
    meshPriority: 'critical',
    ecosystem: 'error_reported',
  },
  SecuritySignal: { hub: 'SecuritySignal', mesh: 'security.signal', ecosystem: 'security_signal' },
  DeploySignal: { hub: 'DeploySignal', mesh: 'deploy.signal', ecosystem: 'deploy_signal' },
  LifecycleChanged: {
    hub: 'InteractionDetected',
    mesh: '<state>',
    ecosystem: 'lifecycle_<state>',
  },
}

/** For any other type, `<type>` as it is. */
export const OTHER: Names = { hub: 'InteractionDetected', mesh: '<type>', ecosystem: '<type>' }

/** The states that the event bus takes for urgent. */
export const URGENT_STATES: ReadonlySet<unknown> = new Set(['error', 'stopped', 'crashed'])

export function namesOf(event: HubEvent): Names {
  const { hub, mesh, meshPriority, ecosystem } = NAMES[event.type] ?? OTHER
  const fill = (name: string): string =>
    name.replace('<state>', String(event.payload['state'])).replace('<type>', event.type)
  return { hub, mesh: fill(mesh), ecosystem: fill(ecosystem), ...(meshPriority && { meshPriority }) }
}

/** What docs/dialects.md says. */
export function describeMapping(): string {
  const rows = Object.entries({ ...NAMES, 'any other': OTHER }).map(
    ([type, { hub, mesh, meshPriority, ecosystem }]) => {
      const bus = `\`${type === 'any other' ? mesh : `<service>.${mesh}`}\``
      return `| ${type} | ${hub} | ${bus}${meshPriority ? `, ${meshPriority}` : ''} | \`${ecosystem}\` |`
    },
  )
  return `# Dialects

\`HUB_DIALECT\` says in whose words a service reports: \`hubline\` (our collector), \`hub\` (the original hub), \`mesh\` (the
service mesh's event bus) or \`ecosystem\` (the event collector of the hooks). \`auto\`, the default, asks the hub once by
\`GET …/info\`: who says \`product: "hubline"\` or where OTLP goes is ours, anyone else who names itself is an original hub.

The names of each event (made from \`packages/core/src/client/dialects/mapping.ts\`):

| event | hub | mesh | ecosystem |
|---|---|---|---|
${rows.join('\n')}

- **hub**: one event for each request, to \`POST …/events\`. A lifecycle state becomes the action \`lifecycle.<state>\`, any other
  type the action of that name; the payload follows it. The correlation id goes into the payload of an InteractionDetected.
  Not said: id, env, instance, seq, severity, priority, trace and span ids, tags. Without an id, a request whose answer was
  lost is stored twice when it is repeated.
- **mesh**: one event for each request, to \`POST …/api/v1/messagebus/publish\`; only the status 200 is a success. States that are
  urgent (${[...URGENT_STATES].join(', ')}) have priority high. Everything that the bus has no field for is in \`metadata\`.
- **ecosystem**: batches, to \`POST …/events/batch\`. \`event_id\` is the event's own ULID written as a UUID. Everything that the
  hooks have no field for is in \`data._hub\`.

To the original servers nothing is compressed, and \`HUB_INTERACTIONS=auto\` sends failures and slow requests only: one of them
takes sixty events a minute. They take no OTLP; without an endpoint of their own, spans, logs and metrics stay unsent.
`
}
