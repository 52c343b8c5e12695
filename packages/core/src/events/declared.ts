import type { NativeType } from '../wire/payloads.ts'
import type { EventOptions } from './emitter.ts'

declare global {
  /** What an app tells the compiler of itself. */
  namespace Hubline {
    /**
     * The data of each event that `hub.event()` takes, by its type. While it is empty any type goes with any data; once it has one,
     * other names do not compile, save those that it has by a pattern.
     *
     * @example
     * declare global {
     *   namespace Hubline {
     *     interface Events {
     *       'shop.order.placed': { order_id: number }
     *       [legacy: `legacy.${string}`]: object
     *     }
     *   }
     * }
     */
    // oxlint-disable-next-line typescript/no-empty-object-type -- filled by apps
    interface Events {}
  }
}

type DeclaredType = keyof Hubline.Events & string

/** What `hub.event()` takes for a type. */
export type EventType = [DeclaredType] extends [never] ? string : DeclaredType | NativeType

/** What `hub.event()` takes after the type; the data of a declared one are not optional. */
export type EventArguments<Type extends EventType> = Type extends DeclaredType
  ? [payload: Hubline.Events[Type], options?: EventOptions]
  : [payload?: object, options?: EventOptions]
