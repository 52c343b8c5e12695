import type { PartFiles, ReadPart } from './part-files.ts'

/** Rows of a part by their seq, both inclusive. */
export interface SpanRange {
  from: bigint
  to: bigint
}

/** What is asked of spans; milliseconds since the epoch. */
export interface BlockFilter {
  since?: number | undefined
  /** Exclusive. */
  until?: number | undefined
  /** Whether spans with these attributes, as a Bloom filter has them, may be as asked for. */
  mayHold?: ((attributes: Uint8Array) => boolean) | undefined
}

interface Block {
  first: bigint
  last: bigint
  minMs: bigint
  maxMs: bigint
  attributes?: Uint8Array
}

const END = 2n ** 62n
const withBlocks = new WeakMap<PartFiles, Set<number>>()

/** What the writer has noted of the blocks of a part of spans. */
export class SpanBlockIndex {
  readonly #blocks: readonly Block[]

  /** @param attributes whether it will be asked for them. */
  constructor(files: PartFiles, part: ReadPart, attributes: boolean) {
    this.#blocks = hasBlocks(files, part) ? readBlocks(files, part, attributes) : []
  }

  /** Where the spans are that may be as asked for, oldest first: what is in no block may be. */
  ranges({ since, until, mayHold }: BlockFilter): SpanRange[] {
    const ranges: SpanRange[] = []
    const add = (from: bigint, to: bigint) => {
      const before = ranges.at(-1)
      if (before && before.to + 1n === from) before.to = to
      else if (from <= to) ranges.push({ from, to })
    }
    let next = 0n
    for (const { first, last, minMs, maxMs, attributes } of this.#blocks) {
      add(next, first - 1n)
      next = last + 1n
      // A millisecond is cut off below.
      if (since !== undefined && Number(maxMs) + 1 <= since) continue
      if (until !== undefined && Number(minMs) >= until) continue
      if (mayHold && attributes && !mayHold(attributes)) continue
      add(first, last)
    }
    add(next, END)
    return ranges
  }
}

function readBlocks(files: PartFiles, part: ReadPart, attributes: boolean): Block[] {
  const columns = `first, last, min_ms AS minMs, max_ms AS maxMs${attributes ? ', attributes' : ''}`
  const statement = files.prepare(part, `SELECT ${columns} FROM span_blocks ORDER BY first`, true)
  return statement.all() as unknown as Block[]
}

/** One that an older collector made has none until the writer comes to it. */
function hasBlocks(files: PartFiles, part: ReadPart): boolean {
  let known = withBlocks.get(files)
  if (!known) withBlocks.set(files, (known = new Set()))
  if (known.has(part.id)) return true
  const find = files.prepare(part, "SELECT 1 FROM sqlite_schema WHERE name = 'span_blocks'")
  if (find.get() === undefined) return false
  if (known.size >= MAX_KNOWN) known.clear()
  known.add(part.id)
  return true
}

const MAX_KNOWN = 10_000
