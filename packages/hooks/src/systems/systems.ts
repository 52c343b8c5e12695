import { akosha } from './akosha.ts'
import { crackerjack } from './crackerjack.ts'
import { mahavishnu } from './mahavishnu.ts'
import { oneiric } from './oneiric.ts'
import { sessionBuddy } from './session-buddy.ts'

/** The vocabularies of the systems that the original event hooks know. */
export const SYSTEMS = Object.freeze({
  mahavishnu,
  crackerjack,
  session_buddy: sessionBuddy,
  akosha,
  oneiric,
})

export type SystemName = keyof typeof SYSTEMS
