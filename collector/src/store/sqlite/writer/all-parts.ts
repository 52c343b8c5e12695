import type { StoredSignal } from '../../store.ts'
import type { RetentionLimits } from '../../../config/retention.ts'
import type { StoreLimits } from '../messages.ts'
import { SIGNALS } from '../schema.ts'
import { partLimits } from './part-limits.ts'
import { Parts } from './parts.ts'

/** The parts of every signal, each within its own limits. */
export function openAllParts(
  place: Omit<ConstructorParameters<typeof Parts>[0], 'signal' | 'limits'>,
  limits: StoreLimits,
  retention: RetentionLimits,
): Record<StoredSignal, Parts> {
  const opened = SIGNALS.map((signal) => [
    signal,
    new Parts({ ...place, signal, limits: partLimits(signal, limits, retention) }),
  ])
  return Object.fromEntries(opened) as Record<StoredSignal, Parts>
}
