import { Pages, Stored } from '../bytes/pages.ts'
import { ProtobufWriter, WireType } from './protobuf-writer.ts'
import type { Scope } from './records.ts'

/** What can write a finished span. */
export interface SpanSource {
  /** What made it, when that was not us. */
  readonly scope?: Scope | undefined
  /** Writes the fields of the span. */
  write(writer: ProtobufWriter): void
}

/** A span as a field of its ScopeSpans. */
export class StoredSpan extends Stored {
  readonly scope: Scope | undefined

  constructor(scope: Scope | undefined) {
    super('normal')
    this.scope = scope
  }
}

const SPANS = 2

/** Keeps spans as bytes until their batch is sent. */
export class SpanPages {
  readonly #pages = new Pages()
  readonly #writer = new ProtobufWriter()

  keep(span: SpanSource): StoredSpan {
    const writer = this.#writer.reset().tag(SPANS, WireType.LengthDelimited).fork()
    span.write(writer)
    return this.#pages.keep(new StoredSpan(span.scope), writer.join())
  }
}
