/** `unknown` gave no sign of life of its own, or none lately and promised none: it may be seen in spans. */
export type ServiceState = (typeof SERVICE_STATES)[number]

export const SERVICE_STATES = ['unknown', 'up', 'late', 'silent', 'stopped', 'crashed'] as const

/** What the state of a service is made of. */
export interface KnownState {
  state: ServiceState
  /** Milliseconds since the epoch of the last sign of life. */
  lastSeen: number
}

/** The best of the instances while one lives, else the state of the one seen last that has any. */
export function serviceState(instances: readonly KnownState[]): ServiceState {
  let last: KnownState | undefined
  let late = false
  for (const instance of instances) {
    if (instance.state === 'up') return 'up'
    late ||= instance.state === 'late'
    if (instance.state !== 'unknown' && instance.lastSeen >= (last?.lastSeen ?? 0)) last = instance
  }
  return late ? 'late' : (last?.state ?? 'unknown')
}
