import type { TrackOptions } from './options.ts'
import { type Trackable, tracked } from './track.ts'

/** What a decorator of methods is called with, by the standard and by TypeScript's `experimentalDecorators`. */
export interface TrackDecorator {
  <F extends Trackable>(method: F, context: ClassMethodDecoratorContext): F
  <F extends Trackable>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>
}

/**
 * Tells the runs of a method as `track()` does, by standard decorators or TypeScript's older ones.
 *
 * @throws TypeError where it does not stand on a method
 *
 * @example
 * class Workflows {
 *   @Track('workflow', { hook: hooks })
 *   async execute(id: string) {}
 * }
 */
export function Track(name: string, options: TrackOptions = {}): TrackDecorator {
  function decorate(
    target: unknown,
    where: ClassMethodDecoratorContext | string | symbol | undefined,
    descriptor?: TypedPropertyDescriptor<Trackable>,
  ): unknown {
    if (typeof where === 'object') {
      if (where.kind !== 'method') throw misplaced(name, `a ${String(where.kind)}`)
      return tracked(name, options, target as Trackable, String(where.name))
    }
    if (where === undefined || typeof descriptor?.value !== 'function')
      throw misplaced(name, 'something else')
    return { ...descriptor, value: tracked(name, options, descriptor.value, String(where)) }
  }
  return decorate as TrackDecorator
}

function misplaced(name: string, what: string): TypeError {
  return new TypeError(`@Track('${name}') stands on ${what}, wants a method`)
}
