// What we add to an app is not the app's: a span of it would be one more in each trace, and cost more than all that we do.

/** What OpenTelemetry's instrumentations leave on a function that stands in the place of another. */
interface Wrapper {
  __wrapped?: unknown
  __original?: unknown
}

/** `value` without what instrumentation of the host's has put around it. */
export function uninstrumented<T>(value: T): T {
  let inner: unknown = value
  while (typeof inner === 'function' && (inner as Wrapper).__wrapped === true) {
    const { __original: original } = inner as Wrapper
    if (typeof original !== 'function') break
    inner = original
  }
  return inner as T
}

interface Hookable {
  addHook(name: never, hook: never): unknown
}

/** Fastify's own `addHook` of `app`: instrumentations put one there that makes a span of each hook. */
export function addHookOf<App extends Hookable>(app: App): App['addHook'] {
  return uninstrumented(keptByOtel(app) ?? app.addHook)
}

/** @fastify/otel keeps the one that it displaces under a symbol of its own. */
function keptByOtel<App extends Hookable>(app: App): App['addHook'] | undefined {
  let holder: object | null = app
  while (holder) {
    const key = Object.getOwnPropertySymbols(holder).find(
      ({ description }) => description === 'fastify otel addhook original',
    )
    if (key) return Reflect.get(holder, key) as App['addHook']
    holder = Object.getPrototypeOf(holder) as object | null
  }
  return undefined
}
