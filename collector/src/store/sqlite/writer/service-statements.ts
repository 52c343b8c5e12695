import type { DatabaseSync, StatementSync } from 'node:sqlite'

export interface LedgerStatements {
  service: StatementSync
  countType: StatementSync
  addType: StatementSync
  types: StatementSync
  prune: StatementSync
}

/** The prepared statements of the service ledger; parameters are positional, in the order of the columns. */
export function ledgerStatements(catalog: DatabaseSync): LedgerStatements {
  return {
    service: catalog.prepare(`
      UPDATE services SET
        first_seen_ms = min(coalesce(first_seen_ms, ?1), ?1), last_seen_ms = max(coalesce(last_seen_ms, ?2), ?2),
        events = events + ?3, errors = errors + ?4, spans = spans + ?5, span_errors = span_errors + ?6,
        logs = logs + ?7, metrics = metrics + ?8, exceptions = exceptions + ?9,
        last_span_ms = max(coalesce(last_span_ms, ?10), coalesce(?10, last_span_ms)),
        last_interaction_ms = max(coalesce(last_interaction_ms, ?11), coalesce(?11, last_interaction_ms))
      WHERE id = ?12`),
    countType: catalog.prepare('UPDATE event_counts SET count = count + ? WHERE service_id = ? AND type = ?'),
    addType: catalog.prepare(`
      INSERT INTO event_counts (service_id, type, count) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    types: catalog.prepare('SELECT count(*) AS n FROM event_counts WHERE service_id = ?'),
    prune: catalog.prepare(`
      DELETE FROM instances WHERE last_seen_ms < ? AND NOT EXISTS (
        SELECT 1 FROM monitors AS m WHERE m.service_id = instances.service_id AND m.env = instances.env
          AND m.instance = instances.instance AND m.alert_ms IS NOT NULL)`),
  }
}
