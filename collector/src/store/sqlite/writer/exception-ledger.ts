import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ExceptionMark } from '../../../otlp/exceptions.ts'

/** Exceptions that are remembered, over all services; what comes again after so many others counts again. */
const REMEMBERED = 100_000

/** Counts exceptions by service, each once: in whichever signal it comes, and however often. */
export class ExceptionLedger {
  readonly #pending: { service: number; mark: ExceptionMark }[] = []
  readonly #remember: StatementSync
  readonly #forget: StatementSync

  constructor(catalog: DatabaseSync) {
    this.#remember = catalog.prepare('INSERT OR IGNORE INTO exceptions (mark) VALUES (?)')
    this.#forget = catalog.prepare(
      `DELETE FROM exceptions WHERE id <= (SELECT max(id) FROM exceptions) - ${REMEMBERED}`,
    )
  }

  add(service: number, marks: readonly ExceptionMark[]): void {
    for (const mark of marks) this.#pending.push({ service, mark })
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. @returns the new ones by service. */
  save(): Map<number, number> {
    const counts = new Map<number, number>()
    if (this.#pending.length === 0) return counts
    for (const { service, mark } of this.#pending) {
      const isNew = mark === null || this.#remember.run(mark).changes !== 0
      if (isNew) counts.set(service, (counts.get(service) ?? 0) + 1)
    }
    this.#forget.run()
    return counts
  }

  saved(): void {
    this.#pending.length = 0
  }
}
