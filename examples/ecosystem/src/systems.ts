import { EventHookFactory, type SystemHooks } from '@hubline/hooks'

export interface Systems {
  mahavishnu: SystemHooks<'mahavishnu'>
  crackerjack: SystemHooks<'crackerjack'>
  session: SystemHooks<'session_buddy'>
  akosha: SystemHooks<'akosha'>
  oneiric: SystemHooks<'oneiric'>
}

/** The emitters of all five, to one collector. */
export function systemsAt(url: string): Systems {
  return {
    mahavishnu: EventHookFactory.createMahavishnuHook(url),
    crackerjack: EventHookFactory.createCrackerjackHook(url),
    session: EventHookFactory.createSessionBuddyHook(url),
    akosha: EventHookFactory.createAkoshaHook(url),
    oneiric: EventHookFactory.createOneiricHook(url),
  }
}
