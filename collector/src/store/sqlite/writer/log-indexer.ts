import type { DatabaseSync } from 'node:sqlite'
import { logText } from '../../../otlp/log-text.ts'
import { wordsOf } from '../../text-words.ts'
import { transaction } from '../database.ts'
import { LOG_TEXT, SEALING } from '../schema.ts'
import type { Part, Parts } from './parts.ts'

/** Records of one step: a few milliseconds, for which a commit may have to wait. */
const STEP_ROWS = 500
/** Records of the open part that wait to be indexed together; so many are searched by reading them. */
const OPEN_ROWS = 2000n
/** Where the number of the newest part is kept whose words, and those of all before it, are indexed. */
export const INDEXED_LOGS = 'logs_text'

interface Work {
  part: Part
  /** Highest seq that is indexed. */
  last: bigint
}

/**
 * Indexes the words of logs, oldest part first, a few records at a time while there is nothing else to do. What is not
 * indexed yet is searched by reading it.
 */
export class LogIndexer {
  readonly #catalog: DatabaseSync
  readonly #parts: Parts
  #done: number
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#catalog = catalog
    this.#parts = parts
    const known = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(INDEXED_LOGS)
    this.#done = Number(known?.['seq'] ?? 0)
  }

  /** Does one step. @returns whether there is more to do. */
  step(): boolean {
    const part = this.#parts.all.find(({ id }) => id > this.#done)
    if (part === undefined) return false
    const isOpen = part === this.#parts.open
    const work = this.#work?.part === part ? this.#work : undefined
    if (isOpen && (part.maxSeq ?? 0n) - (work?.last ?? (part.minSeq ?? 1n) - 1n) < OPEN_ROWS) return false
    if (work === undefined) this.#work = this.#begin(part, isOpen)
    else if (!this.#advance(work) && !isOpen) this.#finish(part)
    return true
  }

  /** A part that was begun before goes on where it stopped; one of an older collector gets its other indexes too. */
  #begin(part: Part, isOpen: boolean): Work {
    const db = this.#parts.database(part)
    transaction(db, () => {
      if (!isOpen) db.exec(SEALING.logs)
      db.exec(`${LOG_TEXT}; CREATE TABLE IF NOT EXISTS logs_text_until (seq INTEGER NOT NULL)`)
    })
    const until = db.prepare('SELECT max(seq) AS seq FROM logs_text_until')
    until.setReadBigInts(true)
    return { part, last: (until.get()!['seq'] ?? 0n) as bigint }
  }

  #advance(work: Work): boolean {
    const db = this.#parts.database(work.part)
    const next = db.prepare(
      'SELECT seq, body, event_name, record FROM logs WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    next.setReadBigInts(true)
    const rows = next.all(work.last, STEP_ROWS)
    if (rows.length === 0) return false
    const last = rows.at(-1)!['seq'] as bigint
    const add = db.prepare('INSERT INTO logs_text (rowid, text) VALUES (?, ?)')
    transaction(db, () => {
      for (const { seq, body, event_name, record } of rows) {
        const text = logText(body as string, event_name as string, record as Uint8Array)
        add.run(seq as bigint, wordsOf(text).join(' '))
      }
      db.exec('DELETE FROM logs_text_until')
      db.prepare('INSERT INTO logs_text_until VALUES (?)').run(last)
    })
    work.last = last
    return true
  }

  #finish(part: Part): void {
    this.#catalog
      .prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)')
      .run(INDEXED_LOGS, part.id)
    this.#done = part.id
    this.#work = undefined
  }
}
