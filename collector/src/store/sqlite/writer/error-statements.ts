import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Tables with rows of a group. */
const OF_GROUP = [
  'error_fingerprints',
  'error_hours',
  'error_days',
  'error_facets',
  'error_occurrences',
  'error_examples',
]

export type ErrorStatements = Readonly<Record<keyof typeof SQL, StatementSync>> & {
  readonly forgetGroup: readonly StatementSync[]
}

const SQL = {
  known: 'SELECT told, group_id, hour, occurrence FROM exceptions WHERE mark = ?',
  remember: 'INSERT INTO exceptions (mark, told, group_id, hour, occurrence) VALUES (?, ?, ?, ?, ?)',
  retold: 'UPDATE exceptions SET told = ?, group_id = ?, hour = ?, occurrence = ? WHERE mark = ?',
  forget: 'DELETE FROM exceptions WHERE id <= (SELECT max(id) FROM exceptions) - ?',

  groupOf: 'SELECT group_id FROM error_fingerprints WHERE service_id = ? AND fingerprint = ?',
  lead: `INSERT OR IGNORE INTO error_fingerprints (service_id, fingerprint, group_id)
    SELECT ?, ?, ? WHERE (SELECT count(*) FROM error_fingerprints WHERE group_id = ?) < ?`,
  group: 'SELECT * FROM error_groups WHERE id = ?',
  groupByKey: 'SELECT id, count FROM error_groups WHERE key = ?',
  addGroup: `INSERT INTO error_groups (key, service_id, fingerprint, fingerprint_version, overflow, type, message,
    state, state_ms, created_ms, first_ms, last_ms, count) VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, 0)`,
  saveGroup: `UPDATE error_groups SET type = ?, message = ?, culprit = ?, severity = ?, handled = ?,
    first_ms = ?, last_ms = ?, count = ? WHERE id = ?`,
  saveState: `UPDATE error_groups SET state = ?, state_ms = ?, resolved_version = ?, muted_until_ms = ?,
    muted_until_count = ? WHERE id = ?`,
  dropGroup: 'DELETE FROM error_groups WHERE id = ?',
  countGroups: 'SELECT count(*) AS n FROM error_groups',
  countOfService: `SELECT count(*) AS groups, coalesce(sum(created_ms > ?), 0) AS fresh FROM error_groups
    WHERE service_id = ?`,
  idle: 'SELECT id FROM error_groups ORDER BY last_ms LIMIT 20',
  idleOfService:
    'SELECT id FROM error_groups WHERE service_id = ? AND overflow = 0 ORDER BY last_ms LIMIT 20',

  hour: 'SELECT events, quiet, folded FROM error_hours WHERE group_id = ? AND hour = ?',
  saveHour:
    'INSERT OR REPLACE INTO error_hours (group_id, hour, events, quiet, folded) VALUES (?, ?, ?, ?, ?)',
  addDay: `INSERT INTO error_days (group_id, day, count) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET count = max(0, count + excluded.count)`,
  addFacet: `INSERT INTO error_facets (group_id, kind, value, first_ms, last_ms, count) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms),
      count = count + excluded.count`,
  trimFacets: `DELETE FROM error_facets WHERE group_id = ? AND kind = ? AND value NOT IN (
    SELECT value FROM error_facets WHERE group_id = ? AND kind = ? ORDER BY last_ms DESC, value LIMIT ?)`,

  occurrence: 'SELECT body FROM error_occurrences WHERE id = ?',
  addOccurrence: 'INSERT INTO error_occurrences (id, group_id, time_ms, body) VALUES (?, ?, ?, ?)',
  saveOccurrence: 'UPDATE error_occurrences SET body = ? WHERE id = ?',
  dropOccurrence: 'DELETE FROM error_occurrences WHERE id = ?',
  trimOccurrences: `DELETE FROM error_occurrences WHERE group_id = ? AND id NOT IN (
    SELECT id FROM error_occurrences WHERE group_id = ? ORDER BY time_ms DESC, id DESC LIMIT ?)`,
  example: 'SELECT occurrence, body FROM error_examples WHERE group_id = ?',
  saveExample:
    'INSERT OR REPLACE INTO error_examples (group_id, occurrence, time_ms, body) VALUES (?, ?, ?, ?)',

  instance: `SELECT version, env FROM instances WHERE service_id = ? AND instance = ?
    ORDER BY last_seen_ms DESC LIMIT 1`,
  versionSeen: `SELECT min(first_ms) AS at FROM (
    SELECT first_ms FROM error_facets WHERE group_id = ? AND kind = 'version' AND value = ?
    UNION ALL SELECT first_seen_ms FROM instances WHERE service_id = ? AND version = ?)`,
  number: 'SELECT seq FROM watermarks WHERE signal = ?',
  saveNumber: 'INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)',
  pruneHours: 'DELETE FROM error_hours WHERE hour < ?',
  pruneDays: 'DELETE FROM error_days WHERE day < ?',
} as const

export function errorStatements(catalog: DatabaseSync): ErrorStatements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, catalog.prepare(sql)])
  return {
    ...(Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>),
    forgetGroup: OF_GROUP.map((table) => catalog.prepare(`DELETE FROM ${table} WHERE group_id = ?`)),
  }
}
