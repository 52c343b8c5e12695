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
  for (const [key, property] of ownProperties(fn)) Object.defineProperty(trackedFunction, key, property)
  keepMetadata(fn, trackedFunction)
  return trackedFunction as unknown as F
}

/** All that is said of a function beside what it does: its name, its length and what others have put there. */
function ownProperties(fn: object): [string | symbol, PropertyDescriptor][] {
  const properties = Object.getOwnPropertyDescriptors(fn) as Record<string | symbol, PropertyDescriptor>
  return Reflect.ownKeys(properties)
    .filter((key) => key !== 'prototype' && properties[key]!.configurable)
    .map((key) => [key, properties[key]!])
}

/** What reflect-metadata adds to `Reflect`. */
interface MetadataApi {
  getOwnMetadataKeys?: (target: object) => unknown[]
  getOwnMetadata?: (key: unknown, target: object) => unknown
  defineMetadata?: (key: unknown, value: unknown, target: object) => void
}

/** Nest keeps the route of a method with its function: a decorator above its own must not lose it. */
function keepMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataApi
  for (const key of getOwnMetadataKeys?.(from) ?? []) defineMetadata?.(key, getOwnMetadata?.(key, from), to)
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
