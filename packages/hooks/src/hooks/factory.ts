import type { SystemName } from '../systems/systems.ts'
import { createHooks, type SystemHooks } from './create-hooks.ts'
import type { HookOptions } from './hooks.ts'

/** Where the event hooks' own collector listens. */
const COLLECTOR_URL = 'http://localhost:8002'

const factoryOf =
  <Name extends SystemName>(name: Name) =>
  (collectorUrl: string = COLLECTOR_URL, options: HookOptions = {}): SystemHooks<Name> =>
    createHooks(name, { batching: false, ...options, url: collectorUrl })

type Factory<Name extends SystemName> = (collectorUrl?: string, options?: HookOptions) => SystemHooks<Name>

/**
 * The names of those who come from the Python event hooks, with its defaults: each event goes at once, unless `batching` is
 * true.
 *
 * @example
 * const hook = EventHookFactory.createMahavishnuHook('http://localhost:8002')
 */
export const EventHookFactory: {
  readonly createMahavishnuHook: Factory<'mahavishnu'>
  readonly createCrackerjackHook: Factory<'crackerjack'>
  readonly createSessionBuddyHook: Factory<'session_buddy'>
  readonly createAkoshaHook: Factory<'akosha'>
  readonly createOneiricHook: Factory<'oneiric'>
} = Object.freeze({
  createMahavishnuHook: factoryOf('mahavishnu'),
  createCrackerjackHook: factoryOf('crackerjack'),
  createSessionBuddyHook: factoryOf('session_buddy'),
  createAkoshaHook: factoryOf('akosha'),
  createOneiricHook: factoryOf('oneiric'),
})
