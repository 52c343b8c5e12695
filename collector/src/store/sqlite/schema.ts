import type { StoredSignal } from '../store.ts'

/** Each has a folder of parts and, in every part, a table of its name. */
export const SIGNALS: readonly StoredSignal[] = ['events', 'spans', 'logs', 'metrics']

/** The catalog: which parts there are, what their numbers stand for, and what is known of each service. */
export const CATALOG_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE watermarks (signal TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE parts (
    signal TEXT NOT NULL, id INTEGER NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER, created_ms INTEGER NOT NULL, sealed INTEGER NOT NULL DEFAULT 0,
    rows INTEGER NOT NULL DEFAULT 0, min_seq INTEGER, max_seq INTEGER,
    min_time_ms INTEGER, max_time_ms INTEGER,
    PRIMARY KEY (signal, id)) WITHOUT ROWID;
  CREATE TABLE foreign_ids (id TEXT PRIMARY KEY, part INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE resources (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL);
  CREATE TABLE scopes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL);
  CREATE TABLE services (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    first_seen_ms INTEGER, last_seen_ms INTEGER,
    events INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    spans INTEGER NOT NULL DEFAULT 0, span_errors INTEGER NOT NULL DEFAULT 0,
    logs INTEGER NOT NULL DEFAULT 0, metrics INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE event_counts (
    service_id INTEGER NOT NULL, type TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (service_id, type)) WITHOUT ROWID;
  CREATE TABLE instances (
    service_id INTEGER NOT NULL, instance TEXT NOT NULL,
    env TEXT, version TEXT, host TEXT,
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
    heartbeat_ms INTEGER, interval_s REAL, status TEXT,
    lifecycle TEXT, lifecycle_ms INTEGER,
    events INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (service_id, instance)) WITHOUT ROWID;
  `,
  `
  CREATE TABLE deliveries (
    service_id INTEGER NOT NULL, instance TEXT NOT NULL, run INTEGER NOT NULL,
    started_ms INTEGER, last_ms INTEGER NOT NULL,
    stored INTEGER NOT NULL, max_seq INTEGER NOT NULL,
    declared INTEGER NOT NULL, stored_declared INTEGER NOT NULL, beyond TEXT NOT NULL, exact INTEGER NOT NULL,
    dropped TEXT NOT NULL, closed_seq INTEGER, duplicates INTEGER NOT NULL, expired INTEGER NOT NULL,
    PRIMARY KEY (service_id, instance, run)) WITHOUT ROWID;
  `,
  'ALTER TABLE instances ADD COLUMN registered_ms INTEGER',
  `
  ALTER TABLE services ADD COLUMN exceptions INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE exceptions (id INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE);
  `,
  // Ids that were listed before have the source '', as theirs is not known.
  `
  CREATE TABLE ids_of_sources (
    id TEXT NOT NULL, source TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (id, source)) WITHOUT ROWID;
  INSERT INTO ids_of_sources SELECT id, '', part FROM foreign_ids;
  DROP TABLE foreign_ids;
  ALTER TABLE ids_of_sources RENAME TO foreign_ids;
  `,
  // Who calls whom, and how often in each minute and hour; of the three numbers 0 means none.
  `
  CREATE TABLE call_peers (id INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (type, name));
  CREATE TABLE call_paths (
    id INTEGER PRIMARY KEY, caller INTEGER NOT NULL, callee INTEGER NOT NULL, peer INTEGER NOT NULL,
    UNIQUE (callee, caller, peer));
  CREATE TABLE call_rates (
    path INTEGER NOT NULL, step_s INTEGER NOT NULL, at_s INTEGER NOT NULL,
    calls INTEGER NOT NULL, errors INTEGER NOT NULL, durations BLOB NOT NULL,
    PRIMARY KEY (path, step_s, at_s)) WITHOUT ROWID;
  `,
  // Groups of errors with the fingerprints that lead to them; what is known of an exception says which group counts it.
  `
  CREATE TABLE error_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, service_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, fingerprint_version INTEGER, overflow INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL, message TEXT NOT NULL, culprit TEXT, severity TEXT, handled INTEGER,
    state TEXT NOT NULL, state_ms INTEGER NOT NULL, resolved_version TEXT,
    muted_until_ms INTEGER, muted_until_count INTEGER,
    created_ms INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, count INTEGER NOT NULL);
  CREATE INDEX error_groups_by_time ON error_groups (last_ms);
  CREATE INDEX error_groups_by_service ON error_groups (service_id, last_ms);
  CREATE TABLE error_fingerprints (
    service_id INTEGER NOT NULL, fingerprint TEXT NOT NULL, group_id INTEGER NOT NULL,
    PRIMARY KEY (service_id, fingerprint)) WITHOUT ROWID;
  CREATE INDEX error_fingerprints_by_group ON error_fingerprints (group_id);
  CREATE TABLE error_hours (
    group_id INTEGER NOT NULL, hour INTEGER NOT NULL,
    events INTEGER NOT NULL, quiet INTEGER NOT NULL, folded INTEGER NOT NULL,
    PRIMARY KEY (group_id, hour)) WITHOUT ROWID;
  CREATE TABLE error_days (
    group_id INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (group_id, day)) WITHOUT ROWID;
  CREATE TABLE error_facets (
    group_id INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (group_id, kind, value)) WITHOUT ROWID;
  CREATE TABLE error_occurrences (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, time_ms INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX error_occurrences_by_group ON error_occurrences (group_id, time_ms, id);
  CREATE TABLE error_examples (
    group_id INTEGER PRIMARY KEY, occurrence INTEGER NOT NULL, time_ms INTEGER NOT NULL, body TEXT NOT NULL);
  ALTER TABLE exceptions ADD COLUMN told INTEGER NOT NULL DEFAULT 6;
  ALTER TABLE exceptions ADD COLUMN group_id INTEGER;
  ALTER TABLE exceptions ADD COLUMN hour INTEGER;
  ALTER TABLE exceptions ADD COLUMN occurrence INTEGER;
  `,
  // An instance belongs to an environment, '' where none is named; each has a monitor, which is waited for by `alert_ms`.
  `
  CREATE TABLE instances_of_envs (
    service_id INTEGER NOT NULL, instance TEXT NOT NULL, env TEXT NOT NULL,
    version TEXT, host TEXT, first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
    heartbeat_ms INTEGER, registered_ms INTEGER, interval_s REAL, status TEXT, lifecycle TEXT, lifecycle_ms INTEGER,
    events INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (service_id, instance, env)) WITHOUT ROWID;
  INSERT INTO instances_of_envs SELECT service_id, instance, coalesce(env, ''), version, host, first_seen_ms, last_seen_ms,
    heartbeat_ms, registered_ms, interval_s, status, lifecycle, lifecycle_ms, events, errors FROM instances;
  DROP TABLE instances;
  ALTER TABLE instances_of_envs RENAME TO instances;
  CREATE TABLE monitors (
    service_id INTEGER NOT NULL, env TEXT NOT NULL, instance TEXT NOT NULL, host TEXT,
    state TEXT NOT NULL, since_ms INTEGER NOT NULL, sign_ms INTEGER NOT NULL, counted_from_ms INTEGER NOT NULL,
    heartbeat_ms INTEGER, registered_ms INTEGER, heartbeats INTEGER NOT NULL, missed INTEGER NOT NULL,
    declared_s REAL, gaps TEXT NOT NULL, delay_ms INTEGER, beat_delay_ms INTEGER, beat_received_ms INTEGER,
    late_ms INTEGER NOT NULL, silent_ms INTEGER NOT NULL, alert_ms INTEGER,
    PRIMARY KEY (service_id, env, instance)) WITHOUT ROWID;
  CREATE INDEX monitors_by_alert ON monitors (alert_ms) WHERE alert_ms IS NOT NULL;
  CREATE TABLE monitor_settings (
    service_id INTEGER NOT NULL, env TEXT NOT NULL, interval_s REAL, grace_s REAL,
    PRIMARY KEY (service_id, env)) WITHOUT ROWID;
  CREATE TABLE service_states (
    service_id INTEGER NOT NULL, env TEXT NOT NULL, state TEXT NOT NULL, since_ms INTEGER NOT NULL,
    PRIMARY KEY (service_id, env)) WITHOUT ROWID;
  CREATE TABLE transitions (
    id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL, env TEXT NOT NULL, instance TEXT,
    from_state TEXT NOT NULL, to_state TEXT NOT NULL, at_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL,
    reason TEXT NOT NULL, event_id TEXT);
  CREATE INDEX transitions_by_service ON transitions (service_id, id);
  CREATE TABLE absences (from_ms INTEGER PRIMARY KEY, to_ms INTEGER NOT NULL);
  ALTER TABLE services ADD COLUMN last_span_ms INTEGER;
  ALTER TABLE services ADD COLUMN last_interaction_ms INTEGER;
  INSERT INTO monitors SELECT service_id, env, instance, host,
      CASE WHEN lifecycle IN ('stopped', 'crashed') AND lifecycle_ms >= max(coalesce(heartbeat_ms, 0), coalesce(registered_ms, 0))
        THEN lifecycle WHEN last_seen_ms < (SELECT max(last_seen_ms) FROM instances) - 3000 * coalesce(interval_s, 300)
        THEN iif(interval_s IS NULL AND heartbeat_ms IS NULL, 'unknown', 'silent') ELSE 'up' END,
      last_seen_ms, last_seen_ms, last_seen_ms, heartbeat_ms, registered_ms, iif(heartbeat_ms IS NULL, 0, 1), 0,
      interval_s, '[]', NULL, NULL, NULL, last_seen_ms, last_seen_ms, NULL
    FROM instances;
  UPDATE monitors SET alert_ms = sign_ms WHERE state = 'up';
  `,
  // The services that the mesh watches, and the exchanges that were published to.
  `
  CREATE TABLE mesh_services (id TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE mesh_exchanges (name TEXT PRIMARY KEY) WITHOUT ROWID;
  `,
  `
  CREATE TABLE metric_names (
    service_id INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, unit TEXT NOT NULL, description TEXT NOT NULL,
    temporality TEXT, monotonic INTEGER, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
    series INTEGER NOT NULL, overflowed INTEGER NOT NULL,
    PRIMARY KEY (service_id, name)) WITHOUT ROWID;
  `,
  // Bloom filters: which sealed parts may have rows of a trace.
  `CREATE TABLE part_traces (
    signal TEXT NOT NULL, part INTEGER NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (signal, part))`,
  // What retention has given up; and which parts can name a resource or scope: an epoch begins with each part that is made.
  `
  CREATE TABLE removals (
    signal TEXT PRIMARY KEY, parts INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    last_ms INTEGER NOT NULL) WITHOUT ROWID;
  ALTER TABLE parts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE resources ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE scopes ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
  `,
  // How many events a sealed part has of each source, type and severity, up to a cursor; null where they are too many.
  'CREATE TABLE part_event_counts (part INTEGER PRIMARY KEY, last INTEGER NOT NULL, counts TEXT)',
  // The JSON Schemas of systems' events, as they were published.
  `CREATE TABLE vocabularies (
    system TEXT NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL, published_ms INTEGER NOT NULL,
    PRIMARY KEY (system, revision)) WITHOUT ROWID`,
  // How many events a sealed part received over time; null where an older collector counted.
  'ALTER TABLE part_event_counts ADD COLUMN steps TEXT',
  // How long the spans of a sealed part took, of each step of their starts: encoded durations.
  `CREATE TABLE part_span_counts (
    part INTEGER NOT NULL, step_ms INTEGER NOT NULL, step INTEGER NOT NULL, failed BLOB NOT NULL, others BLOB NOT NULL,
    PRIMARY KEY (part, step)) WITHOUT ROWID`,
  // Spans are counted up to a seq, those of the open part too.
  `INSERT INTO watermarks SELECT 'counted_spans', max_seq FROM parts
    WHERE signal = 'spans' AND id = (SELECT max(part) FROM part_span_counts) AND max_seq IS NOT NULL`,
  // Events are counted in stretches of a part, by the places of their groups among those of the part; the open part's too.
  `ALTER TABLE part_event_counts ADD COLUMN whole INTEGER NOT NULL DEFAULT 1;
  CREATE TABLE event_stretches (
    part INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, counts TEXT NOT NULL,
    PRIMARY KEY (part, first)) WITHOUT ROWID`,
]

/**
 * A part's tables. Only what makes a row unique is indexed from the start; the rest follows when it is sealed.
 *
 * New parts have all steps. One that an older collector made keeps its tables until a row needs the newer ones: to build
 * them for all parts at once would hold up the start, so readers must get along with either.
 */
export const PART_MIGRATIONS: Record<StoredSignal, readonly string[]> = {
  events: [
    `CREATE TABLE events (
      cursor INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, source TEXT NOT NULL,
      env TEXT, instance TEXT, severity TEXT, priority TEXT, correlation_id TEXT, trace_id TEXT,
      occurred_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL, body TEXT NOT NULL)`,
    // An id is its source's own. SQLite cannot drop the old constraint, so the rows move; sealing makes the indexes again.
    `CREATE TABLE events_by_id (
      cursor INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL,
      env TEXT, instance TEXT, severity TEXT, priority TEXT, correlation_id TEXT, trace_id TEXT,
      occurred_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (id, source));
    INSERT INTO events_by_id SELECT * FROM events ORDER BY cursor;
    DROP TABLE events;
    ALTER TABLE events_by_id RENAME TO events`,
  ],
  spans: [
    `CREATE TABLE spans (
      seq INTEGER PRIMARY KEY, trace_id BLOB NOT NULL, span_id BLOB NOT NULL, parent_span_id BLOB,
      service_id INTEGER NOT NULL, resource_id INTEGER NOT NULL, scope_id INTEGER NOT NULL,
      name TEXT NOT NULL, kind INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
      status_code INTEGER NOT NULL, received_ms INTEGER NOT NULL, span BLOB NOT NULL)`,
    // Of rows that follow one another: when they start, and a Bloom filter of attributes and resources; filled in the background.
    `CREATE TABLE span_blocks (
      first INTEGER PRIMARY KEY, last INTEGER NOT NULL, min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL,
      attributes BLOB NOT NULL)`,
  ],
  logs: [
    `CREATE TABLE logs (
      seq INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, trace_id BLOB, span_id BLOB,
      service_id INTEGER NOT NULL, resource_id INTEGER NOT NULL, scope_id INTEGER NOT NULL,
      severity INTEGER NOT NULL, event_name TEXT NOT NULL, body TEXT NOT NULL,
      received_ms INTEGER NOT NULL, record BLOB NOT NULL)`,
  ],
  metrics: [
    `CREATE TABLE metrics (
      seq INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, type TEXT NOT NULL,
      time_ns INTEGER NOT NULL, data_points INTEGER NOT NULL,
      service_id INTEGER NOT NULL, resource_id INTEGER NOT NULL, scope_id INTEGER NOT NULL,
      received_ms INTEGER NOT NULL, metric BLOB NOT NULL)`,
    // Time of the oldest data point; time_ns is that of the newest.
    'ALTER TABLE metrics ADD COLUMN oldest_ns INTEGER',
    // From the start: dashboards ask for the newest again and again, and rows are few beside their data points.
    'CREATE INDEX IF NOT EXISTS metrics_by_name ON metrics (name, service_id, time_ns)',
  ],
}

/** A sealed part's index of words, filled in the background: nothing of the text is kept in it, rowids are seqs. */
export const LOG_TEXT = `CREATE VIRTUAL TABLE IF NOT EXISTS logs_text USING fts5(text, content='', columnsize=0, tokenize='ascii')`

/** Spans that a sealed part has an index of, by how long they took. */
export const SLOW_SPAN = 'end_ns - start_ns >= 250000000'
/** The least of them; milliseconds. */
export const SLOW_SPAN_MS = 250

/** Run once, in one transaction, when a part takes no more regular rows; safe to run again. */
export const SEALING: Record<StoredSignal, string> = {
  events: `
    CREATE INDEX IF NOT EXISTS events_by_trace ON events (trace_id) WHERE trace_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_by_correlation ON events (correlation_id) WHERE correlation_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_by_source ON events (source, cursor);
    CREATE INDEX IF NOT EXISTS events_by_type ON events (type, cursor)`,
  spans: `
    CREATE INDEX IF NOT EXISTS spans_by_trace ON spans (trace_id, span_id);
    DELETE FROM spans WHERE seq IN (
      SELECT seq FROM (
        SELECT seq, row_number() OVER (PARTITION BY trace_id, span_id, service_id ORDER BY seq) AS nth FROM spans
        WHERE (trace_id, span_id) IN (SELECT trace_id, span_id FROM spans GROUP BY trace_id, span_id HAVING count(*) > 1))
      WHERE nth > 1);
    CREATE INDEX IF NOT EXISTS spans_by_service_seq ON spans
      (service_id, seq, status_code, kind, start_ns, end_ns, name);
    CREATE INDEX IF NOT EXISTS spans_failed ON spans (seq) WHERE status_code = 2;
    CREATE INDEX IF NOT EXISTS spans_slow ON spans
      (end_ns - start_ns, start_ns, service_id, status_code) WHERE ${SLOW_SPAN}`,
  logs: `
    CREATE INDEX IF NOT EXISTS logs_by_trace ON logs (trace_id) WHERE trace_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS logs_by_service ON logs (service_id, time_ns);
    CREATE INDEX IF NOT EXISTS logs_by_time ON logs (time_ns, seq, service_id, severity, event_name, resource_id)`,
  metrics: `
    CREATE INDEX IF NOT EXISTS metrics_by_name ON metrics (name, service_id, time_ns)`,
}
