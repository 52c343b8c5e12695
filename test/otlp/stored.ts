import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  readLogRecord,
  readMetric,
  readSpan,
  type ReadLogRecord,
  type ReadMetric,
  type ReadSpan,
} from '../../collector/src/otlp/read.ts'

/** What lies in a collector's data directory, in the order in which it came; read from the files themselves. */
export function storedIn(dataDir: string): {
  spans: ReadSpan[]
  logs: ReadLogRecord[]
  metrics: ReadMetric[]
} {
  return {
    spans: rows(dataDir, 'spans', 'span').map(readSpan),
    logs: rows(dataDir, 'logs', 'record').map(readLogRecord),
    metrics: rows(dataDir, 'metrics', 'metric').map(readMetric),
  }
}

function rows(dataDir: string, signal: string, column: string): Uint8Array[] {
  const folder = join(dataDir, signal)
  const parts = readdirSync(folder).filter((name) => name.endsWith('.db'))
  const all = parts.flatMap((name) => {
    const db = new DatabaseSync(join(folder, name), { readOnly: true })
    try {
      return db.prepare(`SELECT seq, ${column} AS bytes FROM ${signal}`).all()
    } finally {
      db.close()
    }
  })
  all.sort((a, b) => Number(a['seq']) - Number(b['seq']))
  return all.map((row) => row['bytes'] as Uint8Array)
}
