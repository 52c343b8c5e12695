import type { HubEvent, Priority } from '../event.ts'

/** The wires of the original servers. */
export type OriginalDialect = 'hub' | 'mesh' | 'ecosystem'

/** What an event is called in the words of each of the original servers. */
export interface Names {
  /** One of the original hub's seven types. */
  hub: string
  /** What follows `<service>.` on the event bus. */
  mesh: string
  meshPriority?: Priority
  ecosystem: string
}

/** Read by the encoders and by the decoders, and published as docs/dialects.md. */
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

type Field = keyof HubEvent

/** What each wire calls the fields of an event that it knows. */
export const FIELDS: Readonly<Record<OriginalDialect, { readonly [F in Field]?: string }>> = {
  hub: { type: 'type', source: 'source', occurred_at: 'occurred_at', payload: 'payload', version: 'version' },
  mesh: {
    type: 'event_type',
    source: 'source_service',
    occurred_at: 'timestamp',
    payload: 'payload',
    priority: 'priority',
    correlation_id: 'correlation_id',
  },
  ecosystem: {
    id: 'event_id',
    type: 'event_type',
    source: 'source_system',
    occurred_at: 'timestamp',
    payload: 'data',
    severity: 'severity',
    correlation_id: 'correlation_id',
    tags: 'tags',
  },
}

/** The fields whose value on the wire is the event's own; of every other one the exact value goes into the rest. */
export const EXACT: Readonly<Record<OriginalDialect, readonly Field[]>> = {
  hub: ['source', 'occurred_at', 'version'],
  mesh: ['source', 'occurred_at', 'correlation_id'],
  ecosystem: ['source', 'occurred_at', 'correlation_id'],
}

/** Under this key goes what a wire cannot say. */
export const REST = '_hub'

/** In which of a wire's fields that key is. */
export const REST_IN: Readonly<Record<OriginalDialect, string>> = {
  hub: 'payload',
  mesh: 'metadata',
  ecosystem: 'data',
}

/** What the event bus calls the fields of a payload, and where it wants all others. */
export interface MeshPayload {
  fields: Readonly<Record<string, string>>
  /** Absent: beside the fields. */
  rest?: string
}

export const MESH_PAYLOADS: Readonly<Record<string, MeshPayload>> = {
  LifecycleChanged: { fields: { state: 'event' } },
  MetricReported: { fields: { metric: 'metric', value: 'value', unit: 'unit' }, rest: 'tags' },
  ErrorReported: {
    fields: { error_type: 'error_type', message: 'message', trace: 'stack_trace' },
    rest: 'context',
  },
}

/** The names of an event, with its state or type filled in. */
export function namesOf({ type, payload }: Pick<HubEvent, 'type' | 'payload'>): Names {
  const { hub, mesh, meshPriority, ecosystem } = (Object.hasOwn(NAMES, type) && NAMES[type]) || OTHER
  const fill = (name: string): string =>
    name.replace('<state>', () => String(payload['state'])).replace('<type>', () => type)
  return { hub, mesh: fill(mesh), ecosystem: fill(ecosystem), ...(meshPriority && { meshPriority }) }
}

/** What an event of `source` is called on the bus: all but what is no type of ours begins with the service. */
export function meshName(event: Pick<HubEvent, 'type' | 'payload' | 'source'>): string {
  const { mesh } = namesOf(event)
  return Object.hasOwn(NAMES, event.type) ? `${event.source}.${mesh}` : mesh
}
