import type { Hub } from '../hub.ts'
import { currentExchange } from './store.ts'

/** The hub that watches the current request, if any. */
export function currentHub(): Hub | undefined {
  return currentExchange()?.hub
}
