import type { EventOptions, HubHealth } from '@hubline/core'
import { correlationIdOrNew } from '../correlation.ts'
import type { EventData, EventName, Vocabulary } from '../vocabulary/vocabulary.ts'
import type { HookSet } from './hooks.ts'

/** One of several events: its name, its data and what else may be said of it. */
export type EventToEmit<V extends Vocabulary> = {
  [Name in EventName<V>]: EventOptions & { event: Name; data: EventData<V, Name> }
}[EventName<V>]

/**
 * Emits several events at once, under one correlation id: the given one, else the current one, else a new one.
 *
 * @returns for each, in the same order, what `hook.emit()` answers. Never rejects
 *
 * @example
 * await emitMultipleEvents([{ event: 'cache_miss', data: { cache: 'users', key: '7' } }], oneiric)
 */
export function emitMultipleEvents<V extends Vocabulary>(
  events: readonly EventToEmit<V>[],
  hook: HookSet<V>,
  correlationId: string = correlationIdOrNew(),
): Promise<boolean[]> {
  return Promise.all(
    Array.from(events ?? [], (each) => {
      // What is no event is none of the vocabulary, which says so.
      const { event, data, ...options } = Object(each) as EventToEmit<V>
      return hook.emit(event, data, { correlationId, ...(options as EventOptions) })
    }),
  )
}

/** The health of several hooks by their systems; of two of one system the later one's. */
export async function getAllHookMetrics(
  hooks: Iterable<Pick<HookSet, 'system' | 'healthCheck'>>,
): Promise<Record<string, HubHealth>> {
  const entries = [...hooks].map(async (hook) => [hook.system, await hook.healthCheck()] as const)
  return Object.fromEntries(await Promise.all(entries))
}
