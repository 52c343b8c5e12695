import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { eachAttributeHash, resourceHash } from '../attribute-hashes.ts'
import { bloomFilter } from '../bloom-filter.ts'
import { transaction } from '../database.ts'
import { HashSet } from '../hash-set.ts'
import type { Part, Parts } from './parts.ts'

/** Spans of a block, which are also those of one look: a few milliseconds, for which a commit may have to wait. */
const BLOCK_ROWS = 512
/** Blocks that are written together. */
const BLOCKS_A_WRITE = 8
/** Spans of the open part that wait for it. */
const OPEN_ROWS = BigInt(BLOCK_ROWS * BLOCKS_A_WRITE)
/** Of a filter; enough for ten different attributes of each span. */
const MOST_BYTES = 8192
/** A filter that denies nothing. */
const ANYTHING = Uint8Array.of(255)
/** Where the number of the newest part is kept that has all its blocks, as all before it have. */
const DONE = 'span_blocks'

interface Block {
  first: bigint
  last: bigint
  minMs: number
  maxMs: number
  attributes: Uint8Array
}

interface Work {
  part: Part
  /** Highest seq that is in a block. */
  last: bigint
  waiting: Block[]
}

interface Row {
  seq: number
  ms: number
  resource: number
  span: Uint8Array
}

/**
 * Notes of each block of spans when they start and, in a Bloom filter, what attributes they have: oldest part first, a block
 * at a time while there is nothing else to do. What is in no block yet is searched by reading it.
 */
export class SpanBlocks {
  readonly #catalog: DatabaseSync
  readonly #parts: Parts
  readonly #next = new WeakMap<DatabaseSync, StatementSync>()
  readonly #hashes = new HashSet()
  #done: number
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#catalog = catalog
    this.#parts = parts
    const known = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(DONE)
    this.#done = Number(known?.['seq'] ?? 0)
  }

  /** Whether spans wait. */
  get isBehind(): boolean {
    return this.#waitingPart() !== undefined
  }

  /** Does one look. @returns whether there is more to do. */
  step(): boolean {
    const part = this.#waitingPart()
    if (part === undefined) return false
    try {
      if (this.#work?.part !== part) this.#work = this.#begin(part)
      if (!this.#advance(this.#work) && part !== this.#parts.open) this.#finish(this.#work)
    } catch (error) {
      this.#work = undefined
      throw error
    }
    return true
  }

  #waitingPart(): Part | undefined {
    const part = this.#parts.all.find(({ id }) => id > this.#done)
    if (part !== this.#parts.open) return part
    const { minSeq, maxSeq } = part
    const work = this.#work?.part === part ? this.#work : undefined
    if (work && work.waiting.length > 0) return part
    const last = work?.last ?? (minSeq ?? 1n) - 1n
    return (maxSeq ?? 0n) - last < OPEN_ROWS ? undefined : part
  }

  /** A part that was begun before goes on where it stopped. */
  #begin(part: Part): Work {
    this.#parts.upgradeTables(part)
    const last = this.#parts.database(part).prepare('SELECT max(last) AS seq FROM span_blocks')
    last.setReadBigInts(true)
    return { part, last: (last.get()!['seq'] ?? (part.minSeq ?? 1n) - 1n) as bigint, waiting: [] }
  }

  /** @returns whether there may be more. */
  #advance(work: Work): boolean {
    const rows = this.#rows(work)
    if (rows.length > 0) {
      const block = this.#block(work.last + 1n, rows)
      work.waiting.push(block)
      work.last = block.last
      if (work.waiting.length === BLOCKS_A_WRITE) this.#write(work)
    }
    return rows.length === BLOCK_ROWS
  }

  #rows({ part, last }: Work): Row[] {
    const db = this.#parts.database(part)
    let next = this.#next.get(db)
    if (!next) {
      next = db.prepare(`SELECT seq, start_ns / 1000000 AS ms, resource_id AS resource, span FROM spans
        WHERE seq > ? ORDER BY seq LIMIT ${BLOCK_ROWS}`)
      this.#next.set(db, next)
    }
    return next.all(last) as unknown as Row[]
  }

  #block(first: bigint, rows: readonly Row[]): Block {
    const hashes = this.#hashes
    hashes.clear()
    let [minMs, maxMs] = [Number.POSITIVE_INFINITY, 0]
    let isWhole = true
    const add = (hash: number) => {
      isWhole = hashes.add(hash) && isWhole
    }
    for (const { ms, resource, span } of rows) {
      minMs = Math.min(minMs, ms)
      maxMs = Math.max(maxMs, ms)
      add(resourceHash(resource))
      eachAttributeHash(span, add)
    }
    const attributes = isWhole ? bloomFilter(hashes, MOST_BYTES) : ANYTHING
    return { first, last: BigInt(rows.at(-1)!.seq), minMs, maxMs, attributes }
  }

  #write(work: Work): void {
    const db = this.#parts.database(work.part)
    const insert = db.prepare(
      'INSERT OR REPLACE INTO span_blocks (first, last, min_ms, max_ms, attributes) VALUES (?, ?, ?, ?, ?)',
    )
    transaction(db, () => {
      for (const { first, last, minMs, maxMs, attributes } of work.waiting) {
        insert.run(first, last, minMs, maxMs, attributes)
      }
    })
    work.waiting = []
  }

  #finish(work: Work): void {
    if (work.waiting.length > 0) this.#write(work)
    this.#catalog
      .prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)')
      .run(DONE, work.part.id)
    this.#done = work.part.id
    this.#work = undefined
  }
}
