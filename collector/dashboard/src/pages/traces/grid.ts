import type { Answer } from '../../api/client.ts'

/** Counts by time and duration: columns are stretches of time, rows durations that double from one to the next. */
export interface Grid {
  /** Milliseconds since the epoch, where each column begins; one more than there are columns. */
  times: number[]
  /** Milliseconds, the upper limit of each row, the shortest first. The lower one is half of it. */
  limits: number[]
  /** By column, then row. */
  cells: number[][]
  errors: number[]
  most: number
}

/** A stretch of cells, ends included. */
export interface Cells {
  column: number
  row: number
  toColumn: number
  toRow: number
}

export function gridOf({ since, until, step_s, buckets }: Answer<'traces/stats'>): Grid {
  const step = step_s * 1000
  const begin = Math.floor(Date.parse(since) / step) * step
  const columns = Math.max(1, Math.ceil((Date.parse(until) - begin) / step))
  const known = buckets.flatMap(({ durations }) => durations.map(({ le_ms }) => le_ms))
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  const limits: number[] = []
  for (let limit = least; limit <= greatest * 1.01; limit *= 2) limits.push(limit)
  const cells = Array.from({ length: columns }, () => limits.map(() => 0))
  const errors = cells.map(() => 0)
  for (const bucket of buckets) {
    const column = Math.floor((Date.parse(bucket.at) - begin) / step)
    if (column < 0 || column >= columns) continue
    errors[column] = bucket.errors
    for (const { le_ms, count } of bucket.durations) {
      const row = Math.round(Math.log2(le_ms / least))
      cells[column]![row] = (cells[column]![row] ?? 0) + count
    }
  }
  return {
    times: Array.from({ length: columns + 1 }, (_, index) => begin + index * step),
    limits,
    cells,
    errors,
    most: Math.max(0, ...cells.flat()),
  }
}

/** In order, whichever corner was first. */
export function ordered({ column, row, toColumn, toRow }: Cells): Cells {
  return {
    column: Math.min(column, toColumn),
    toColumn: Math.max(column, toColumn),
    row: Math.min(row, toRow),
    toRow: Math.max(row, toRow),
  }
}

export function countIn({ cells }: Grid, { column, row, toColumn, toRow }: Cells): number {
  let sum = 0
  for (const each of cells.slice(column, toColumn + 1))
    for (const count of each.slice(row, toRow + 1)) sum += count
  return sum
}
