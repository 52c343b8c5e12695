import type { SQLInputValue } from 'node:sqlite'
import type { DeliveryRun } from '../../services/delivery-run.ts'
import { SeqRanges, type Range } from '../../services/seq-ranges.ts'

/** Column of the catalog's `deliveries` → how it is written; the order is that of the statement. */
const COLUMNS: Record<string, (run: DeliveryRun) => SQLInputValue> = {
  run: (run) => run.run,
  started_ms: (run) => run.startedMs,
  last_ms: (run) => run.lastMs,
  stored: (run) => run.stored,
  max_seq: (run) => run.maxSeq,
  declared: (run) => run.declared,
  stored_declared: (run) => run.storedDeclared,
  beyond: (run) => JSON.stringify(run.beyond),
  exact: (run) => Number(run.beyond.exact),
  dropped: (run) => JSON.stringify(run.dropped),
  closed_seq: (run) => run.closedSeq,
  duplicates: (run) => run.duplicates,
  expired: (run) => run.expired,
}

const names = Object.keys(COLUMNS)

/** Parameters: service number, instance, then `deliveryValues`. */
export const SAVE_DELIVERY: string = `INSERT OR REPLACE INTO deliveries (service_id, instance, ${names.join()})
  VALUES (?, ?, ${names.map(() => '?').join()})`

export function deliveryValues(run: DeliveryRun): SQLInputValue[] {
  return Object.values(COLUMNS).map((write) => write(run))
}

export function toDelivery(row: Record<string, unknown>): DeliveryRun {
  const number = (column: string) => row[column] as number
  return {
    run: number('run'),
    startedMs: row['started_ms'] as number | null,
    lastMs: number('last_ms'),
    stored: number('stored'),
    maxSeq: number('max_seq'),
    declared: number('declared'),
    storedDeclared: number('stored_declared'),
    beyond: new SeqRanges(JSON.parse(row['beyond'] as string) as Range[], row['exact'] === 1),
    dropped: JSON.parse(row['dropped'] as string) as Record<string, number>,
    closedSeq: row['closed_seq'] as number | null,
    duplicates: number('duplicates'),
    expired: number('expired'),
  }
}
