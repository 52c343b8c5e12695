import type { EventOptions } from '@hubline/core'
import { SYSTEMS, type SystemName } from '../systems/systems.ts'
import { methodName, type MethodName } from '../vocabulary/names.ts'
import type { EventData, EventName, Vocabulary } from '../vocabulary/vocabulary.ts'
import { type HookOptions, HookSet } from './hooks.ts'

/** One method for each event of a vocabulary: `workflow_started` as `workflowStarted()`, its own `shop.order.placed` as `orderPlaced()`. */
export type Emitters<V extends Vocabulary, Answer> = {
  readonly [Name in EventName<V> as MethodName<V['system'], Name>]: (
    data: EventData<V, Name>,
    options?: EventOptions,
  ) => Answer
}

/** The typed emitters of a system. */
export type Hooks<V extends Vocabulary = Vocabulary> = HookSet<V> & Emitters<V, Promise<boolean>>

/** Hooks of one of the known systems. */
export type SystemHooks<Name extends SystemName> = Hooks<(typeof SYSTEMS)[Name]>

/**
 * Makes the emitters of a system, known by its name or by a vocabulary of your own.
 *
 * Events go to `url`, else to HUB_API_URL, in the words of the event hooks, which our collector takes too; `dialect: 'hubline'`
 * speaks our own wire. Without an address they are printed.
 *
 * @throws TypeError when no system has this name
 *
 * @example
 * const hooks = createHooks('mahavishnu', { url: 'http://localhost:8002' })
 * await hooks.workflowStarted({ workflow_id: 'wf_1', workflow_type: 'sweep', adapter: 'prefect', repos: ['core'] })
 * await hooks.shutdown()
 */
export function createHooks<Name extends SystemName>(system: Name, options?: HookOptions): SystemHooks<Name>
export function createHooks<V extends Vocabulary>(vocabulary: V, options?: HookOptions): Hooks<V>
export function createHooks(system: string | Vocabulary, options?: HookOptions): Hooks {
  const vocabulary = typeof system === 'string' ? known(system) : system
  const hooks = new HookSet(vocabulary, options)
  return Object.assign(hooks, emittersOf(vocabulary, hooks.emit.bind(hooks))) as Hooks
}

/** The methods of a vocabulary, each of which calls `emit` with the name of its event. */
export function emittersOf<Answer>(
  { system, events }: Vocabulary,
  emit: (name: string, data: unknown, options?: EventOptions) => Answer,
): Emitters<Vocabulary, Answer> {
  const methods = Object.keys(events).map((name) => {
    const method = (data: unknown, options?: EventOptions): Answer => emit(name, data, options)
    return [methodName(system, name), method] as const
  })
  return Object.fromEntries(methods)
}

function known(name: string): Vocabulary {
  if (Object.hasOwn(SYSTEMS, name)) return SYSTEMS[name as SystemName]
  const names = Object.keys(SYSTEMS).join(', ')
  throw new TypeError(`createHooks: got system "${name}", wants one of ${names}, or a vocabulary of your own`)
}
