import type { Page } from '../bytes/page.ts'
import { Pages } from '../bytes/pages.ts'
import { Run } from '../bytes/run.ts'
import type { Queued } from '../client/queue.ts'
import { ProtobufWriter, WireType } from './protobuf-writer.ts'
import type { Scope } from './records.ts'

/** What can write a finished span. */
export interface SpanSource {
  /** What made it, when that was not us. */
  readonly scope?: Scope | undefined
  /** Writes the fields of the span. */
  write(writer: ProtobufWriter): void
}

/** Spans of one scope, each as a field of its ScopeSpans. */
export class SpanRun extends Run {
  readonly scope: Scope | undefined

  constructor(scope: Scope | undefined, page: Page, from: number, to: number) {
    super('normal', page, from, to)
    this.scope = scope
  }

  protected override over(from: number, to: number): this {
    return new SpanRun(this.scope, this.page, from, to) as this
  }

  override join(next: Queued): boolean {
    return next instanceof SpanRun && next.scope === this.scope && super.join(next)
  }
}

const SPANS = 2

/** Keeps spans as bytes until their batch is sent. */
export class SpanPages {
  readonly #pages = new Pages()
  readonly #writer = new ProtobufWriter()

  keep(span: SpanSource): SpanRun {
    const writer = this.#pages.begin('normal', this.#writer).tag(SPANS, WireType.LengthDelimited).fork()
    span.write(writer)
    const page = this.#pages.keep('normal', 0, writer.join())
    return new SpanRun(span.scope, page, page.count - 1, page.count)
  }
}
