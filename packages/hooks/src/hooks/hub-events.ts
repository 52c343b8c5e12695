import { type EventOptions, getHub, type Hub } from '@hubline/core'
import { correlated } from '../correlation.ts'
import { Once } from '../once.ts'
import { checkEvent, refusalLine } from '../vocabulary/check.ts'
import type { EventData, EventName, Vocabulary } from '../vocabulary/vocabulary.ts'
import { type Emitters, emittersOf } from './create-hooks.ts'

/** The events of a service's own vocabulary, by the service's own hub. */
export type HubEvents<V extends Vocabulary> = Emitters<V, boolean> & {
  /** `hub.event()` with the names and data of the vocabulary. */
  event<Name extends EventName<V>>(name: Name, data: EventData<V, Name>, options?: EventOptions): boolean
}

/**
 * Types and checks what a service reports by its hub: `getHub()`, which is that of the current request, unless another is
 * given. The events are from the hub's source, whatever the vocabulary's system is. A call answers whether its event is on its way;
 * none throws or waits.
 *
 * @example
 * // hubline.events.ts
 * export const events = hubEvents(shop)
 * // anywhere
 * events.orderPlaced({ order_id: 42, total: 9.5 })
 */
export function hubEvents<V extends Vocabulary>(vocabulary: V, hub: () => Hub = getHub): HubEvents<V> {
  const once = new Once()

  function event(name: string, data: unknown, options: EventOptions = {}): boolean {
    const checked = checkEvent(vocabulary, name, data)
    if ('problem' in checked) {
      let line: string | undefined
      once.say(refusalLine(vocabulary, name, checked.problem), (said) => (line = said))
      return hub().refuse(line)
    }
    const { type, payload, severity, version } = checked.event
    return hub().event(type, payload, { severity, version, ...correlated(), ...options })
  }
  return Object.assign(emittersOf(vocabulary, event), { event }) as HubEvents<V>
}
