import type { OtelSpan, OtelSpanContext } from '../host-api.ts'

/** A span that only passes ids on: another process's, or one that is not sampled. */
export class SilentSpan implements OtelSpan {
  readonly #ids: OtelSpanContext

  constructor(ids: OtelSpanContext) {
    this.#ids = ids
  }

  spanContext(): OtelSpanContext {
    return this.#ids
  }

  isRecording(): boolean {
    return false
  }

  setAttribute(): this {
    return this
  }
  setAttributes(): this {
    return this
  }
  addEvent(): this {
    return this
  }
  addLink(): this {
    return this
  }
  addLinks(): this {
    return this
  }
  setStatus(): this {
    return this
  }
  updateName(): this {
    return this
  }
  recordException(): void {}
  end(): void {}
}
