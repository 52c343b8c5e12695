import type { EventFilter } from '../../events.ts'
import { fromSeverity } from '../../events.ts'
import type { EventGroup, EventSteps, EventStretch } from '../event-steps.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

/** What the writer has counted of a part. */
export interface CountedPart {
  /** Highest cursor that is counted. */
  last: bigint
  groups: EventGroup[]
  /** Absent where an older collector counted. */
  steps?: EventSteps
}

/** What it has counted of some events of a part that follow one another. */
export interface CountedStretch extends CountedPart {
  /** Their lowest cursor. */
  first: bigint
}

const known = new WeakMap<PartFiles, Map<number, CountedPart>>()

/** What is counted of a part of events, of the open one as far as it is; undefined where nothing is, or it has too many groups. */
export function countedPart(files: PartFiles, { id, maxSeq }: ReadPart): CountedPart | undefined {
  let parts = known.get(files)
  if (!parts) known.set(files, (parts = new Map()))
  const find = files.catalog.prepare(
    'SELECT last FROM part_event_counts WHERE part = ? AND counts IS NOT NULL',
  )
  find.setReadBigInts(true)
  const last = find.get(id)?.['last'] as bigint | undefined
  // What came after the part was listed is not asked for.
  if (last === undefined || last > maxSeq) return undefined
  const kept = parts.get(id)
  if (kept?.last === last) return kept
  const row = files.catalog
    .prepare('SELECT counts, steps FROM part_event_counts WHERE part = ? AND last = ?')
    .get(id, last)
  if (!row) return undefined
  const counted: CountedPart = {
    last,
    groups: JSON.parse(row['counts'] as string) as EventGroup[],
    ...(row['steps'] !== null && { steps: JSON.parse(row['steps'] as string) as EventSteps }),
  }
  // The oldest part is the first to go for good.
  if (parts.size >= MAX_KEPT) parts.delete(Math.min(...parts.keys()))
  parts.set(id, counted)
  return counted
}

const MAX_KEPT = 1000

/** What is counted of a part in stretches that lie between two cursors, both inclusive, in the order of commit. */
export function countedStretches(
  files: PartFiles,
  part: ReadPart,
  { last, groups }: CountedPart,
  [from, to]: readonly [bigint, bigint],
): CountedStretch[] {
  const find = files.catalog.prepare(
    `SELECT first, last, counts FROM event_stretches
      WHERE part = ? AND first >= ? AND last <= ? ORDER BY first`,
  )
  find.setReadBigInts(true)
  // Later ones may have groups that are not known yet.
  const rows = find.all(part.id, from, to < last ? to : last)
  return rows.map((row) => {
    const stretch = JSON.parse(row['counts'] as string) as EventStretch
    return {
      first: row['first'] as bigint,
      last: row['last'] as bigint,
      steps: stretch.steps,
      groups: stretch.groups.map(([place, n]): EventGroup => {
        const [source, type, severity, , first, latest] = groups[place]!
        return [source, type, severity, n, first, latest]
      }),
    }
  })
}

/** Whether an event of a group can be as asked for, by what its group tells. */
export function canMatch({
  source,
  types,
  severities,
  minSeverity,
}: EventFilter): (group: EventGroup) => boolean {
  const graver = minSeverity && fromSeverity(minSeverity)
  return ([ofSource, type, severity]) =>
    (source === undefined || ofSource === source) &&
    (types === undefined || types.some((wanted) => isOfType(type, wanted))) &&
    [severities, graver].every((wanted) => wanted === undefined || wanted.some((one) => one === severity))
}

function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}
