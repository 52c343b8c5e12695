/** What must be one in a process: any copy of this package may be the one that listens to a router. */
interface Shared {
  /** Set once the channel is listened to. */
  subscribed: boolean
  /** The request of which the channel told last. */
  newest: object | undefined
}

const KEY = Symbol.for('hubline.express')

export function shared(): Shared {
  const holder = globalThis as { [KEY]?: Shared }
  return (holder[KEY] ??= {
    subscribed: false,
    newest: undefined,
  })
}
