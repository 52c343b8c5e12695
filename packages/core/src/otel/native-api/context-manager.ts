import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT } from '../context.ts'
import type { OtelContext } from '../host-api.ts'

type Call = (this: unknown, ...args: unknown[]) => unknown
type Add = (event: string, listener: Call) => unknown

const ADDERS = ['addListener', 'on', 'once', 'prependListener', 'prependOnceListener'] as const

/** The context manager of OpenTelemetry's API over AsyncLocalStorage. */
export class ContextManager {
  readonly #storage = new AsyncLocalStorage<OtelContext>()

  active(): OtelContext {
    return this.#storage.getStore() ?? ROOT
  }

  with<T>(context: OtelContext, run: (...args: unknown[]) => T, self?: unknown, ...args: unknown[]): T {
    return this.#storage.run(context, () => run.apply(self, args))
  }

  /** `target`, a function or an emitter whose later listeners are meant, in `context`. */
  bind<T>(context: OtelContext, target: T): T {
    if (typeof target === 'function') return this.#bound(context, target as unknown as Call) as unknown as T
    const emitter = target as Partial<Record<(typeof ADDERS)[number], Add>> | undefined
    if (typeof emitter?.on !== 'function') return target
    for (const name of ADDERS) {
      const add = emitter[name]
      if (!add) continue
      emitter[name] = (event, listener) => {
        const bound = this.#bound(context, listener)
        // By this Node finds the listener again when it is to be removed.
        return add.call(target, event, Object.assign(bound, { listener }))
      }
    }
    return target
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.#storage.disable()
    return this
  }

  #bound(context: OtelContext, call: Call): Call {
    const storage = this.#storage
    return function bound(this: unknown, ...args): unknown {
      return storage.run(context, () => call.apply(this, args))
    }
  }
}
