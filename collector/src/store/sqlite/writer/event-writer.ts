import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DecodedEvent } from '../../../receivers/decode-events.ts'
import type { ServedEvent } from '../../events.ts'
import { nextCursor } from '../cursor.ts'
import { transaction } from '../database.ts'
import { OpenEvents } from '../open-events.ts'
import { serveEvent } from '../served-event.ts'
import { commitOrSplit } from './commit-or-split.ts'
import type { Dictionary } from './dictionary.ts'
import { EventParts } from './event-parts.ts'
import type { Part, Parts } from './parts.ts'
import type { ServiceLedger } from './service-ledger.ts'

/** One event on its way into a part. */
export interface EventWrite {
  decoded: DecodedEvent
  receivedAt: number
  job: number
  /** Absent for an event from a time that retention has given up. */
  part?: Part
  service?: number
  /** When this id of its source was first stored, where it already was. */
  duplicateOf?: number
}

/** One row of a part: what is asked for is a column, the rest stays in `body`. */
export const INSERT_EVENT = `INSERT OR IGNORE INTO events (cursor, id, type, source, env, instance, severity, priority,
  correlation_id, trace_id, occurred_ms, received_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** The part's tables are of an older collector, which took an id for the same whoever sent it. */
class OlderPartError extends Error {
  override readonly name: string = 'OlderPartError'
}

/** Writes hub events: unique by source and id, ordered by commit cursor. */
export class EventWriter {
  /** Highest cursor given so far. */
  last: bigint
  readonly #parts: Parts
  readonly #placing: EventParts
  readonly #dictionary: Dictionary
  readonly #ledger: ServiceLedger
  readonly #open: OpenEvents
  readonly #statements = new WeakMap<DatabaseSync, { insert: StatementSync; find: StatementSync }>()

  constructor(
    parts: Parts,
    catalog: DatabaseSync,
    dictionary: Dictionary,
    ledger: ServiceLedger,
    last: bigint,
    openEvents: SharedArrayBuffer,
  ) {
    this.#parts = parts
    this.#placing = new EventParts(parts, catalog)
    this.#dictionary = dictionary
    this.#ledger = ledger
    this.last = last
    this.#open = new OpenEvents(openEvents)
    this.#noteOpen()
  }

  roll(now: number): void {
    this.#parts.roll(now, (part) => this.#placing.listAhead(part, now))
  }

  /** Finds each event's part and service number; runs inside a catalog transaction. */
  place(writes: readonly EventWrite[]): void {
    for (const write of writes) {
      const { id, source } = write.decoded.event
      const part = this.#placing.choose(id, source)
      if (part) write.part = part
      write.service = this.#dictionary.service(source)
    }
  }

  /**
   * Commits placed events, one transaction per part.
   *
   * @param live takes what is new, where someone watches.
   * @param failed learns of the jobs whose part could not be written.
   */
  commit(
    writes: readonly EventWrite[],
    live: ServedEvent[] | null,
    failed: (jobs: Iterable<number>, error: unknown) => void,
  ): void {
    for (const [part, group] of Map.groupBy(writes, (write) => write.part)) {
      if (part === undefined) {
        for (const { service, decoded } of group) this.#ledger.addExpired(service!, decoded.event)
        continue
      }
      const commit = (some: EventWrite[]) => {
        try {
          this.#commitPart(part, some, live)
        } catch (error) {
          if (!(error instanceof OlderPartError)) throw error
          this.#parts.upgrade(part)
          this.#commitPart(part, some, live)
        }
      }
      commitOrSplit(group, commit, failed)
    }
  }

  #commitPart(part: Part, group: EventWrite[], live: ServedEvent[] | null): void {
    const db = this.#parts.database(part)
    const { insert, find } = this.#prepared(db)
    const fresh: { write: EventWrite; cursor: bigint }[] = []
    let last = this.last
    transaction(db, () => {
      for (const write of group) {
        const { event, json, occurredMs } = write.decoded
        const cursor = nextCursor(last, write.receivedAt)
        const { changes } = insert.run(
          cursor,
          event.id,
          event.type,
          event.source,
          event.env ?? null,
          event.instance ?? null,
          event.severity ?? null,
          event.priority ?? null,
          event.correlation_id ?? null,
          event.trace_id ?? null,
          occurredMs,
          write.receivedAt,
          json,
        )
        if (changes === 0) {
          const twin = find.get(event.id, event.source)
          if (!twin) throw new OlderPartError(`part ${part.id} keeps "${event.id}" for another source`)
          write.duplicateOf = Number(twin['received_ms'])
        } else {
          fresh.push({ write, cursor })
          last = cursor
        }
      }
    })
    for (const { duplicateOf, service, decoded } of group) {
      if (duplicateOf !== undefined) this.#ledger.addDuplicate(service!, decoded.event)
    }
    if (fresh.length === 0) return
    this.last = last
    let [minTime, maxTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const isOpen = part === this.#parts.open
    for (const { write, cursor } of fresh) {
      const { decoded, receivedAt, service } = write
      const { event, json, occurredMs } = decoded
      minTime = Math.min(minTime, occurredMs)
      maxTime = Math.max(maxTime, occurredMs)
      this.#ledger.addEvent(service!, event, receivedAt)
      if (isOpen && event.trace_id !== undefined) this.#open.add(cursor, event.trace_id)
      live?.push(serveEvent({ cursor, source: event.source, type: event.type, json, receivedMs: receivedAt }))
    }
    this.#parts.added(part, fresh.length, fresh[0]!.cursor, last, minTime, maxTime)
  }

  /** Notes what the open part has already. */
  #noteOpen(): void {
    const { open } = this.#parts
    this.#open.begin(open.minSeq ?? this.last + 1n)
    const rows = this.#parts
      .database(open)
      .prepare('SELECT cursor, trace_id FROM events WHERE trace_id IS NOT NULL ORDER BY cursor')
    rows.setReadBigInts(true)
    for (const row of rows.iterate()) this.#open.add(row['cursor'] as bigint, row['trace_id'] as string)
  }

  #prepared(db: DatabaseSync): { insert: StatementSync; find: StatementSync } {
    let statements = this.#statements.get(db)
    if (!statements) {
      statements = {
        insert: db.prepare(INSERT_EVENT),
        find: db.prepare('SELECT received_ms FROM events WHERE id = ? AND source = ?'),
      }
      this.#statements.set(db, statements)
    }
    return statements
  }
}
