import type { Course } from './course.ts'

type AnyGenerator = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>

/** Whether `value` is what a generator function has returned; an object that merely iterates is not. */
export function isGenerator(value: unknown): value is AnyGenerator {
  const tag = Object.prototype.toString.call(value)
  return tag === '[object Generator]' || tag === '[object AsyncGenerator]'
}

/**
 * `generator` with its end watched: it has succeeded when it is done or is given up by who reads it, and failed when it
 * throws. Its parts run in the course's context, whoever asks for them.
 */
export function watchGenerator<G extends AnyGenerator>(generator: G, course: Course): G {
  let items = 0
  const settle = (step: IteratorResult<unknown>): IteratorResult<unknown> => {
    if (step.done) course.succeeded(step.value, { items })
    else items++
    return step
  }
  const fail = (error: unknown): never => {
    course.failed(error, { items })
    throw error
  }
  const watch =
    (method: 'next' | 'return' | 'throw') =>
    (...args: [unknown]): unknown => {
      try {
        const step = course.run(() => generator[method](...args))
        return step instanceof Promise ? step.then(settle, fail) : settle(step)
      } catch (error) {
        return fail(error)
      }
    }
  // The prototype brings the iteration protocol, disposal and the helpers, all of which go by these three.
  return Object.create(Object.getPrototypeOf(generator) as object, {
    next: { value: watch('next'), configurable: true, writable: true },
    return: { value: watch('return'), configurable: true, writable: true },
    throw: { value: watch('throw'), configurable: true, writable: true },
  }) as G
}
