import type { SQLInputValue } from 'node:sqlite'
import { stateAt } from '../../../errors/state.ts'
import {
  DAY_HOURS,
  HOUR_MS,
  type ErrorGroupFacts,
  type ErrorPage,
  type ErrorQuery,
  type ErrorSort,
} from '../../errors.ts'
import { EVICTED, toState } from '../error-rows.ts'
import type { PartFiles } from './part-files.ts'

const COLUMN: Record<ErrorSort, string> = { last_seen: 'last_ms', first_seen: 'first_ms', count: 'count' }
/** Versions and environments that a group shows in a list. */
const SHOWN = 10

type Row = Record<string, unknown>

/** One page of groups, in the order that is asked for, the greatest first. */
export function listErrors({ catalog }: PartFiles, query: ErrorQuery): ErrorPage {
  const { limit, now, sort } = query
  const { where, values } = conditions(query)
  const column = COLUMN[sort]
  const rows = catalog
    .prepare(
      `SELECT g.*, s.name AS service FROM error_groups AS g JOIN services AS s ON s.id = g.service_id
      ${where} ORDER BY g.${column} DESC, g.id DESC LIMIT ?`,
    )
    .all(...values, limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const evicted = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(EVICTED)
  return {
    groups: shown.map((row) => toGroup(catalog, row, now)),
    next: rows.length > limit ? { value: last![column] as number, id: last!['id'] as number } : null,
    evicted: Number(evicted?.['seq'] ?? 0),
  }
}

function conditions(query: ErrorQuery): { where: string; values: SQLInputValue[] } {
  const { service, env, version, states, type, text, since, until, cursor, sort, now } = query
  const parts: string[] = []
  const values: SQLInputValue[] = []
  const add = (sql: string, ...given: SQLInputValue[]) => {
    parts.push(sql)
    values.push(...given)
  }
  const seenWith = `EXISTS (SELECT 1 FROM error_facets AS f
    WHERE f.group_id = g.id AND f.kind = ? AND f.value = ?)`
  if (service !== undefined) add('s.name = ?', service)
  if (env !== undefined) add(seenWith, 'env', env)
  if (version !== undefined) add(seenWith, 'version', version)
  if (type !== undefined) add('g.type = ?', type)
  if (since !== undefined) add('g.last_ms >= ?', since)
  if (until !== undefined) add('g.first_ms < ?', until)
  if (text !== undefined) {
    const searched = "lower(g.type || ' ' || g.message || ' ' || coalesce(g.culprit, ''))"
    add(`instr(${searched}, lower(?)) > 0`, text)
  }
  if (states !== undefined) {
    const state = "iif(g.state = 'muted' AND g.muted_until_ms <= ?, 'open', g.state)"
    add(`${state} IN (${states.map(() => '?').join()})`, now, ...states)
  }
  if (cursor !== undefined) {
    add(`(g.${COLUMN[sort]}, g.id) < (?, ?)`, cursor.value, cursor.id)
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values }
}

/** A row of a group, with the name of its service, as it is told of. */
export function toGroup(catalog: PartFiles['catalog'], row: Row, now: number): ErrorGroupFacts {
  const id = row['id'] as number
  const handled = row['handled'] as number | null
  const seen = catalog.prepare(
    `SELECT value FROM error_facets WHERE group_id = ? AND kind = ? ORDER BY last_ms DESC, value LIMIT ${SHOWN}`,
  )
  const values = (kind: string) => seen.all(id, kind).map((found) => found['value'] as string)
  return {
    ...stateAt(toState(row), now),
    key: row['key'] as string,
    service: row['service'] as string,
    fingerprint: row['fingerprint'] as string,
    fingerprintVersion: row['fingerprint_version'] as number | null,
    overflow: row['overflow'] === 1,
    type: row['type'] as string,
    message: row['message'] as string,
    culprit: row['culprit'] as string | null,
    severity: row['severity'] as string | null,
    handled: handled === null ? null : handled === 1,
    first: row['first_ms'] as number,
    last: row['last_ms'] as number,
    count: row['count'] as number,
    versions: values('version'),
    envs: values('env'),
    hours: lastDay(catalog, id, now),
  }
}

function lastDay(catalog: PartFiles['catalog'], id: number, now: number): number[] {
  const first = Math.floor(now / HOUR_MS) - DAY_HOURS + 1
  const hours = Array.from({ length: DAY_HOURS }, () => 0)
  const rows = catalog
    .prepare(
      'SELECT hour, events + max(quiet, folded) AS n FROM error_hours WHERE group_id = ? AND hour >= ? AND hour < ?',
    )
    .all(id, first, first + DAY_HOURS)
  for (const row of rows) hours[(row['hour'] as number) - first] = row['n'] as number
  return hours
}

/** The row of a group, with the name of its service. */
export function findGroup(
  catalog: PartFiles['catalog'],
  key: string,
  service: string | undefined,
): Row | undefined {
  const row = catalog
    .prepare(
      `SELECT g.*, s.name AS service FROM error_groups AS g JOIN services AS s ON s.id = g.service_id WHERE g.key = ?`,
    )
    .get(key)
  return row && (service === undefined || row['service'] === service) ? row : undefined
}
