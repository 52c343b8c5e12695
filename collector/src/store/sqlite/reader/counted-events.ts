import type { EventFilter } from '../../events.ts'
import { fromSeverity } from '../../events.ts'
import type { EventSteps } from '../event-steps.ts'
import type { EventGroup } from '../writer/event-counter.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

/** What the writer has counted of a sealed part. */
export interface CountedPart {
  /** Highest cursor that is counted. */
  last: bigint
  groups: EventGroup[]
  /** Absent where an older collector counted. */
  steps?: EventSteps
}

const known = new WeakMap<PartFiles, Map<number, CountedPart>>()

/** What is counted of a part of events, which never changes; undefined where it is not, or has too many groups. */
export function countedPart(files: PartFiles, { id }: ReadPart): CountedPart | undefined {
  let parts = known.get(files)
  if (!parts) known.set(files, (parts = new Map()))
  const kept = parts.get(id)
  if (kept) return kept
  const find = files.catalog.prepare(
    'SELECT last, counts, steps FROM part_event_counts WHERE part = ? AND counts IS NOT NULL',
  )
  find.setReadBigInts(true)
  const row = find.get(id)
  if (!row) return undefined
  const counted: CountedPart = {
    last: row['last'] as bigint,
    groups: JSON.parse(row['counts'] as string) as EventGroup[],
    ...(row['steps'] !== null && { steps: JSON.parse(row['steps'] as string) as EventSteps }),
  }
  // The oldest part is the first to go for good.
  if (parts.size >= MAX_KEPT) parts.delete(Math.min(...parts.keys()))
  parts.set(id, counted)
  return counted
}

const MAX_KEPT = 1000

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
