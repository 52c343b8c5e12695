import type { OtelContext } from './host-api.ts'

/** A context of OpenTelemetry's: immutable values by symbol, each context one step from the one it was made of. */
class Context implements OtelContext {
  readonly #values: ReadonlyMap<symbol, unknown>

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key)
  }

  setValue(key: symbol, value: unknown): OtelContext {
    return new Context(new Map(this.#values).set(key, value))
  }

  deleteValue(key: symbol): OtelContext {
    const values = new Map(this.#values)
    values.delete(key)
    return new Context(values)
  }
}

/** The context without values. */
export const ROOT: OtelContext = new Context(new Map())
