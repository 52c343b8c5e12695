import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DEFAULT_INTERVAL_S, SILENT_AFTER } from '../../../services/state.ts'

export interface LedgerStatements {
  service: StatementSync
  countType: StatementSync
  addType: StatementSync
  types: StatementSync
  instance: StatementSync
  crashed: StatementSync
  prune: StatementSync
}

/** The prepared statements of the service ledger; parameters are positional, in the order of the columns. */
export function ledgerStatements(catalog: DatabaseSync): LedgerStatements {
  return {
    service: catalog.prepare(`
      UPDATE services SET
        first_seen_ms = min(coalesce(first_seen_ms, ?1), ?1), last_seen_ms = max(coalesce(last_seen_ms, ?2), ?2),
        events = events + ?3, errors = errors + ?4, spans = spans + ?5, span_errors = span_errors + ?6,
        logs = logs + ?7, metrics = metrics + ?8, exceptions = exceptions + ?9
      WHERE id = ?10`),
    countType: catalog.prepare('UPDATE event_counts SET count = count + ? WHERE service_id = ? AND type = ?'),
    addType: catalog.prepare(`
      INSERT INTO event_counts (service_id, type, count) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    types: catalog.prepare('SELECT count(*) AS n FROM event_counts WHERE service_id = ?'),
    instance: catalog.prepare(`
      INSERT INTO instances (service_id, instance, env, version, host, first_seen_ms, last_seen_ms, heartbeat_ms,
        registered_ms, interval_s, status, lifecycle, lifecycle_ms, events, errors)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        env = coalesce(excluded.env, env), version = coalesce(excluded.version, version),
        host = coalesce(excluded.host, host),
        first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
        last_seen_ms = max(last_seen_ms, excluded.last_seen_ms),
        heartbeat_ms = max(coalesce(heartbeat_ms, excluded.heartbeat_ms), coalesce(excluded.heartbeat_ms, heartbeat_ms)),
        registered_ms = max(coalesce(registered_ms, excluded.registered_ms), coalesce(excluded.registered_ms, registered_ms)),
        interval_s = coalesce(excluded.interval_s, interval_s), status = coalesce(excluded.status, status),
        lifecycle = CASE WHEN excluded.lifecycle_ms >= coalesce(lifecycle_ms, 0)
          THEN excluded.lifecycle ELSE lifecycle END,
        lifecycle_ms = CASE WHEN excluded.lifecycle_ms >= coalesce(lifecycle_ms, 0)
          THEN excluded.lifecycle_ms ELSE lifecycle_ms END,
        events = events + excluded.events, errors = errors + excluded.errors`),
    // A new start on the same host finds a silent one that never said goodbye.
    crashed: catalog.prepare(`
      UPDATE instances SET lifecycle = 'crashed', lifecycle_ms = ?
      WHERE service_id = ? AND host = ? AND instance <> ? AND coalesce(lifecycle, '') NOT IN ('stopped', 'crashed')
        AND last_seen_ms < ? - coalesce(interval_s, ${DEFAULT_INTERVAL_S}) * ${1000 * SILENT_AFTER}`),
    prune: catalog.prepare('DELETE FROM instances WHERE last_seen_ms < ?'),
  }
}
