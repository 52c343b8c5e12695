import { SERVICE_STATES, type ServiceState } from '../services/state.ts'
import type { Transition, TransitionQuery } from '../store/monitors.ts'
import { oneOf, text, type Optional } from './parameters.ts'

/** Which changes of state are wanted. */
export const transitionFilterParameters: Readonly<{
  env: Optional<string>
  instance: Optional<string>
  scope: Optional<'service' | 'instance'>
  to: Optional<ServiceState>
}> = {
  env: text(),
  instance: text(),
  scope: oneOf(['service', 'instance'], 'Only those of services as a whole, or only those of instances.'),
  to: oneOf(SERVICE_STATES, 'Only changes to this state.'),
}

type Filter = Pick<TransitionQuery, 'service' | 'env' | 'instance' | 'scope' | 'to'>

export function transitionFilter(
  service: string | undefined,
  { env, instance, scope, to }: { [Key in keyof Filter]: Filter[Key] | undefined },
): Filter {
  return {
    ...(service !== undefined && { service }),
    ...(env !== undefined && { env }),
    ...(instance !== undefined && { instance }),
    ...(scope !== undefined && { scope }),
    ...(to !== undefined && { to }),
  }
}

/** A change of state as the API and its stream show it. */
export function showTransition(transition: Transition): Record<string, unknown> {
  const { cursor, service, env, instance, from, to, at, recordedAt, reason, eventId } = transition
  return {
    cursor,
    scope: instance === null ? 'service' : 'instance',
    service,
    env: env || null,
    instance: instance || null,
    from,
    to,
    at: new Date(at).toISOString(),
    recorded_at: new Date(recordedAt).toISOString(),
    reason,
    event_id: eventId,
  }
}
