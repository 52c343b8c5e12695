import type { Exchange } from '@hubline/core/adapter'
import type { Way } from './way.ts'

/** What must be one in a process: any copy of this package may be the one that listens to a router. */
interface Shared {
  readonly ways: WeakMap<object, Way>
  /** Exchanges that an Express app began. */
  readonly followed: WeakSet<Exchange>
  /** Of each `next` of ours, the one in it. */
  readonly originals: WeakMap<object, unknown>
  /** Set once the channel is listened to. */
  subscribed: boolean
  /** The request of which the channel told last. */
  newest: object | undefined
}

const KEY = Symbol.for('hubline.express')

export function shared(): Shared {
  const holder = globalThis as { [KEY]?: Shared }
  return (holder[KEY] ??= {
    ways: new WeakMap(),
    followed: new WeakSet(),
    originals: new WeakMap(),
    subscribed: false,
    newest: undefined,
  })
}
