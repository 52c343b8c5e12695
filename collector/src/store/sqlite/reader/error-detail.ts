import type { Occurrence } from '../../../errors/occurrence.ts'
import { parseStack } from '../../../errors/stacks/stack.ts'
import {
  DAY_MS,
  FACETS,
  HOUR_MS,
  KEPT_VALUES,
  type ErrorDetail,
  type ErrorExample,
  type ErrorFacets,
  type FacetKind,
} from '../../errors.ts'
import { findGroup, toGroup } from './error-groups.ts'
import type { PartFiles } from './part-files.ts'

const MAX_FRAMES = 200

/** All that is known of a group; undefined where there is none, or none of `service`. */
export function readError(
  { catalog }: PartFiles,
  key: string,
  service: string | undefined,
  now: number,
): ErrorDetail | undefined {
  const row = findGroup(catalog, key, service)
  if (!row) return undefined
  const id = row['id'] as number
  const all = (sql: string) => catalog.prepare(sql).all(id)
  const example = all('SELECT body FROM error_examples WHERE group_id = ?')[0]
  return {
    ...toGroup(catalog, row, now),
    fingerprints: all('SELECT fingerprint FROM error_fingerprints WHERE group_id = ?').map(
      (found) => found['fingerprint'] as string,
    ),
    facets: readFacets(catalog, id),
    hourly: all(
      'SELECT hour, events + max(quiet, folded) AS n FROM error_hours WHERE group_id = ? ORDER BY hour',
    ).map((hour) => ({ at: (hour['hour'] as number) * HOUR_MS, count: hour['n'] as number })),
    daily: all('SELECT day, count AS n FROM error_days WHERE group_id = ? ORDER BY day').map((day) => ({
      at: (day['day'] as number) * DAY_MS,
      count: day['n'] as number,
    })),
    example: example ? toExample(JSON.parse(example['body'] as string) as Occurrence) : null,
  }
}

function readFacets(catalog: PartFiles['catalog'], id: number): Record<FacetKind, ErrorFacets> {
  const select = catalog.prepare(
    `SELECT value, first_ms, last_ms, count FROM error_facets WHERE group_id = ? AND kind = ? ORDER BY last_ms DESC, value`,
  )
  const read = (kind: FacetKind): ErrorFacets => {
    const values = select.all(id, kind).map((row) => ({
      value: row['value'] as string,
      first: row['first_ms'] as number,
      last: row['last_ms'] as number,
      count: row['count'] as number,
    }))
    return { values, more: values.length >= KEPT_VALUES }
  }
  return Object.fromEntries(FACETS.map((kind) => [kind, read(kind)])) as Record<FacetKind, ErrorFacets>
}

function toExample(example: Occurrence): ErrorExample {
  const frames = parseStack(example.stack).map((frame, index) => ({ ...frame, index }))
  const own = frames.filter(({ in_app }) => in_app)
  const others = frames.filter(({ in_app }) => !in_app)
  return { ...example, frames: [...own, ...others].slice(0, MAX_FRAMES) }
}
