import type { SQLInputValue } from 'node:sqlite'
import type { TraceStatsQuery } from '../../traces.ts'
import { eachDuration } from '../duration-histogram.ts'
import { COUNTED_SPANS, spanGroup, spanGroupSql, type SpanStep } from '../span-counts.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { SpanBlockIndex, type SpanRange } from './span-blocks.ts'
import { MATCHED_COLUMNS, nanos, type SpanConditions } from './span-conditions.ts'
import type { WorkBudget } from './work-budget.ts'

/** What is counted, and how long that may take. */
export interface Look {
  files: PartFiles
  query: TraceStatsQuery
  conditions: SpanConditions
  /** Milliseconds of the steps in which it is counted. */
  stepMs: number
  budget: WorkBudget
}

/** Takes spans that are alike: in which step they started, whether they failed, the bucket of their duration, how many. */
export type AddGroup = (step: number, failed: boolean, bucket: number, count: number) => void

/** Milliseconds since the epoch, `until` exclusive. */
interface Cut {
  since: number
  until: number
}

/**
 * The spans of a part that are as asked for, alike ones together. Where all of a time are asked for, what the writer has
 * counted is summed up; rows are read of the steps that the range or its own steps cut, and of what is not counted yet.
 */
export function addPart(look: Look, part: ReadPart, add: AddGroup): void {
  const counted = asksForAll(look.query) ? countsOf(look.files, part) : undefined
  if (!counted || counted.until < part.minSeq) return addRows(look, part, add)
  const cuts = addCounted(look, counted.steps, add)
  const { until } = counted
  if (cuts.length > 0) {
    const blocks = new SpanBlockIndex(look.files, part, false)
    for (const cut of cuts) addWithin(look, part, cut, upTo(until, blocks.ranges(cut)), add)
  }
  if (until < part.maxSeq) addWithin(look, part, look.query, [{ from: until + 1n, to: part.maxSeq }], add)
}

/** Or for all that failed. */
function asksForAll({
  since: _since,
  until: _until,
  buckets: _buckets,
  scanMs: _scanMs,
  status,
  ...filter
}: TraceStatsQuery): boolean {
  if (status !== undefined && status !== 'error') return false
  return Object.values(filter).every((asked) => asked === undefined)
}

interface Counted {
  /** Highest seq that is counted. */
  until: bigint
  steps: (SpanStep & { stepMs: number })[]
}

/** All of one moment, as it is one statement; undefined where nothing of a part is counted. */
function countsOf(files: PartFiles, part: ReadPart): Counted | undefined {
  const rows = files.catalog
    .prepare(
      `SELECT (SELECT seq FROM watermarks WHERE signal = ?) AS until, step_ms AS stepMs, step, failed, others
        FROM part_span_counts WHERE part = ? ORDER BY step`,
    )
    .all(COUNTED_SPANS, part.id) as unknown as (Counted['steps'][number] & { until: number | null })[]
  const until = rows[0]?.until
  return until === undefined || until === null ? undefined : { until: BigInt(until), steps: rows }
}

/** @returns what must be read, in the order of time. */
function addCounted(
  { query: { since, until, status }, stepMs: askedMs }: Look,
  steps: Counted['steps'],
  add: AddGroup,
): Cut[] {
  const cuts: Cut[] = []
  for (const { step, stepMs, failed, others } of steps) {
    const [from, to] = [step * stepMs, (step + 1) * stepMs]
    if (to <= since || from >= until) continue
    const asked = Math.floor(from / askedMs)
    if (from >= since && to <= until && to <= (asked + 1) * askedMs) {
      if (status === undefined) eachDuration(others, (bucket, count) => add(asked, false, bucket, count))
      eachDuration(failed, (bucket, count) => add(asked, true, bucket, count))
      continue
    }
    const before = cuts.at(-1)
    if (before?.until === from) before.until = Math.min(to, until)
    else cuts.push({ since: Math.max(from, since), until: Math.min(to, until) })
  }
  return cuts
}

function upTo(last: bigint, ranges: readonly SpanRange[]): SpanRange[] {
  return ranges
    .filter(({ from }) => from <= last)
    .map(({ from, to }) => ({ from, to: to < last ? to : last }))
}

type Row = { key: number; count: number; resource_id: number; span: Uint8Array }

/** All spans of a time that are in some of the rows. */
function addWithin(
  { files, query, stepMs, budget }: Look,
  part: ReadPart,
  { since, until }: Cut,
  ranges: readonly SpanRange[],
  add: AddGroup,
): void {
  const statement = `SELECT ${spanGroupSql(stepMs)} AS key, count(*) AS count FROM spans
    WHERE seq >= ? AND seq <= ? AND start_ns >= ? AND start_ns < ?${query.status ? ' AND status_code = 2' : ''} GROUP BY 1`
  for (const { from, to } of ranges) {
    for (const { key, count } of rowsOf(files, part, statement, [from, to, nanos(since), nanos(until)])) {
      budget.spend(1)
      const { step, failed, bucket } = spanGroup(key)
      add(step, failed, bucket, count)
    }
  }
}

/** Alike spans together where SQL can tell which are as asked for; else one by one, while the budget lasts. */
function addRows({ files, query, conditions, stepMs, budget }: Look, part: ReadPart, add: AddGroup): void {
  const { sql, values, matches, mayHold } = conditions
  const key = spanGroupSql(stepMs)
  const addKey = (group: number, count: number) => {
    const { step, failed, bucket } = spanGroup(group)
    add(step, failed, bucket, count)
  }
  if (!matches) {
    const statement = `SELECT ${key} AS key, count(*) AS count FROM spans WHERE 1${sql} GROUP BY 1`
    for (const row of rowsOf(files, part, statement, values)) {
      budget.spend(1)
      addKey(row.key, row.count)
    }
    return
  }
  const statement = `SELECT ${key} AS key, ${MATCHED_COLUMNS} FROM spans WHERE seq >= ? AND seq <= ?${sql}`
  const { since, until } = query
  for (const { from, to } of new SpanBlockIndex(files, part, true).ranges({ since, until, mayHold })) {
    for (const row of rowsOf(files, part, statement, [from, to, ...values])) {
      budget.spend(1)
      if (budget.isSpent) return
      if (matches(row)) addKey(row.key, 1)
    }
  }
}

function rowsOf(
  files: PartFiles,
  part: ReadPart,
  statement: string,
  values: readonly SQLInputValue[],
): Iterable<Row> {
  return files.prepare(part, statement).iterate(...values) as Iterable<unknown> as Iterable<Row>
}
