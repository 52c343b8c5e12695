import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Account } from './account.ts'
import type { Acknowledged } from './collector-load.ts'

/** What the files of a data directory hold, read without the collector. */
export interface OnDisk {
  /** Ids that are there more than once. */
  repeated: number
  events: Set<string>
  spans: Set<string>
  /** `integrity_check` of every file; all "ok". */
  integrity: Set<string>
  files: number
}

export function readDisk(data: string): OnDisk {
  const disk: OnDisk = { repeated: 0, events: new Set(), spans: new Set(), integrity: new Set(), files: 0 }
  inspect(join(data, 'catalog.db'), disk)
  for (const signal of ['events', 'spans', 'logs', 'metrics'] as const) {
    for (const path of partsOf(data, signal)) {
      inspect(path, disk, (db) => {
        if (signal === 'events') {
          for (const row of db.prepare('SELECT id FROM events').iterate()) {
            const id = row['id'] as string
            if (disk.events.has(id)) disk.repeated++
            disk.events.add(id)
          }
        }
        if (signal !== 'spans') return
        for (const row of db.prepare('SELECT lower(hex(span_id)) AS id FROM spans').iterate()) {
          disk.spans.add(row['id'] as string)
        }
      })
    }
  }
  return disk
}

/** What became of everything that was sent. */
export type Outcome = Required<Pick<Account, 'generated' | 'stored' | 'dropped' | 'missing'>>

/** What was sent without an answer, or refused, is either stored or dropped; `missing` is acknowledged and not there. */
export function outcomeOn(disk: OnDisk, acknowledged: Acknowledged): Outcome {
  const outcome = { generated: 0, stored: 0, dropped: { 'not acknowledged': 0 }, missing: 0 }
  for (const kind of ['events', 'spans'] as const) {
    for (const id of acknowledged.sent[kind]) {
      outcome.generated++
      if (disk[kind].has(id)) outcome.stored++
      else if (acknowledged[kind].has(id)) outcome.missing++
      else outcome.dropped['not acknowledged']++
    }
  }
  return outcome
}

function partsOf(data: string, signal: string): string[] {
  const folder = join(data, signal)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => join(folder, name))
}

/** Opened for writing, as SQLite brings a file that was killed in mid-write in order when it is opened. */
function inspect(path: string, disk: OnDisk, read?: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path)
  try {
    disk.files++
    disk.integrity.add(String(db.prepare('PRAGMA integrity_check').get()!['integrity_check']))
    // A part is made before its table; a process that was killed in between fills it in at the next start.
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table'").get()) read?.(db)
  } finally {
    db.close()
  }
}
