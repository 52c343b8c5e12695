import { types } from 'node:util'
import { Course } from './course.ts'
import { isGenerator, watchGenerator } from './generators.ts'
import type { TrackOptions } from './options.ts'

/** Any function that may be tracked. */
export type Trackable = (...args: never[]) => unknown

/**
 * `fn` with its runs told: `<name>_starting`, then `<name>_success` or `<name>_failed` with the duration in milliseconds.
 *
 * It is called as before: same arguments, `this`, result, errors and type, whether it is sync, async or a generator. What
 * it emits in its course has the same correlation id. A promise of its own kind is awaited as promises are; an object that only
 * has a `then`, such as a query that begins when it is awaited, is left alone.
 *
 * @throws TypeError when `fn` is no function
 *
 * @example
 * const execute = track('workflow', { hook: hooks, includeResult: true }, async (id: string) => run(id))
 * await execute('wf_123') // workflow_starting, workflow_success
 */
export function track<F extends Trackable>(name: string, options: TrackOptions, fn: F): F {
  if (typeof fn !== 'function') throw new TypeError(`track('${name}') got ${typeof fn}, wants a function`)
  return tracked(name, options, fn, fn.name || 'anonymous')
}

/** The same under another name than the function's own. */
export function tracked<F extends Trackable>(name: string, options: TrackOptions, fn: F, called: string): F {
  const call = fn as unknown as (this: unknown, ...args: unknown[]) => unknown

  function trackedFunction(this: unknown, ...args: unknown[]): unknown {
    const course = new Course(name, options, called, args)
    let result: unknown
    try {
      result = course.run(() => call.apply(this, args))
    } catch (error) {
      course.failed(error)
      throw error
    }
    if (isGenerator(result)) return watchGenerator(result, course)
    if (types.isPromise(result)) return watchPromise(result, course)
    course.succeeded(result)
    return result
  }
  Object.defineProperty(trackedFunction, 'name', { value: fn.name, configurable: true })
  Object.defineProperty(trackedFunction, 'length', { value: fn.length, configurable: true })
  return trackedFunction as unknown as F
}

/** A promise of the same class: the one that was given would count as handled, whoever else handles it. */
function watchPromise(promise: Promise<unknown>, course: Course): Promise<unknown> {
  return promise.then(
    (value) => {
      course.succeeded(value)
      return value
    },
    (error: unknown) => {
      course.failed(error)
      throw error
    },
  )
}
