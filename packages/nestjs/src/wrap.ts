const WRAPPED = Symbol.for('hubline.nestjs.wrapped')

type Method = (this: object, ...args: unknown[]) => unknown

interface Wrapped extends Method {
  [WRAPPED]?: { users: number; original: Method }
}

/** Called around a method; what it throws is dropped. */
export interface Watcher {
  /** Gives the method other arguments than its caller did. */
  instead?(self: object, args: readonly unknown[]): unknown[]
  before?(self: object, ...args: unknown[]): void
  after?(self: object, result: unknown): void
}

/**
 * Has a method of a prototype watched, once however often and by however many copies of this package it is asked
 * for. The method runs as if nothing had been there.
 *
 * @returns a function that gives up this use, once; after the last one the prototype has its own method again
 */
export function wrapMethod(prototype: object, name: string, watcher: Watcher): () => void {
  const methods = prototype as Record<string, Wrapped>
  const original = methods[name]!
  const wrapped = original[WRAPPED] ? original : wrap(original, watcher)
  const mark = wrapped[WRAPPED]!
  mark.users++
  methods[name] = wrapped
  let used = true

  return function release(): void {
    if (used) mark.users--
    used = false
    if (mark.users === 0 && methods[name] === wrapped) methods[name] = mark.original
  }
}

function wrap(original: Method, { instead, before, after }: Watcher): Wrapped {
  const wrapped: Wrapped = function hublineWrapped(this: object, ...args: unknown[]): unknown {
    let given = args
    try {
      before?.(this, ...args)
      given = instead?.(this, args) ?? args
    } catch {}
    const result = original.apply(this, given)
    try {
      after?.(this, result)
    } catch {}
    return result
  }
  wrapped[WRAPPED] = { users: 0, original }
  return wrapped
}
