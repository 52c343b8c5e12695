import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SAVE_MONITOR } from '../monitor-rows.ts'

/** The newest instances of a service and environment that are over and kept. */
const KEPT_INSTANCES = 50

export interface MonitorStatements {
  find: StatementSync
  save: StatementSync
  due: StatementSync
  active: StatementSync
  silentOnHost: StatementSync
  newerOnHost: StatementSync
  setting: StatementSync
  adjust: StatementSync
  ofService: StatementSync
  jump: StatementSync
  pause: StatementSync
  pruneMonitors: StatementSync
  pruneCrowd: StatementSync
  pruneInstances: StatementSync
}

/** The prepared statements of the monitor ledger. */
export function monitorStatements(catalog: DatabaseSync): MonitorStatements {
  return {
    find: catalog.prepare('SELECT * FROM monitors WHERE service_id = ? AND env = ? AND instance = ?'),
    save: catalog.prepare(SAVE_MONITOR),
    due: catalog.prepare('SELECT * FROM monitors WHERE alert_ms <= ? ORDER BY alert_ms LIMIT ?'),
    active: catalog.prepare('SELECT * FROM monitors WHERE alert_ms IS NOT NULL'),
    silentOnHost: catalog.prepare(`
      SELECT * FROM monitors
      WHERE service_id = ? AND env = ? AND host = ? AND instance <> ? AND state = 'silent' AND sign_ms < ?`),
    newerOnHost: catalog.prepare(`
      SELECT 1 FROM monitors
      WHERE service_id = ? AND env = ? AND host = ? AND instance <> ? AND registered_ms > ? LIMIT 1`),
    setting: catalog.prepare(
      'SELECT interval_s, grace_s FROM monitor_settings WHERE service_id = ? AND env = ?',
    ),
    adjust: catalog.prepare(`
      INSERT OR REPLACE INTO monitor_settings (service_id, env, interval_s, grace_s) VALUES (?, ?, ?, ?)`),
    ofService: catalog.prepare('SELECT * FROM monitors WHERE service_id = ? AND env = ?'),
    jump: catalog.prepare(`
      UPDATE monitors SET sign_ms = sign_ms + ?1, counted_from_ms = counted_from_ms + ?1, late_ms = late_ms + ?1,
        silent_ms = silent_ms + ?1, alert_ms = alert_ms + ?1, beat_received_ms = beat_received_ms + ?1,
        delay_ms = delay_ms + ?1, beat_delay_ms = beat_delay_ms + ?1`),
    pause: catalog.prepare(`
      UPDATE monitors SET counted_from_ms = counted_from_ms + ?1, late_ms = late_ms + ?1,
        silent_ms = silent_ms + ?1, alert_ms = alert_ms + ?1 WHERE alert_ms IS NOT NULL`),
    // The last of a service stays: it tells how the service ended.
    pruneMonitors: catalog.prepare(`
      DELETE FROM monitors WHERE alert_ms IS NULL AND sign_ms < ? AND EXISTS (
        SELECT 1 FROM monitors AS later WHERE later.service_id = monitors.service_id AND later.env = monitors.env
          AND (later.sign_ms, later.instance) > (monitors.sign_ms, monitors.instance))`),
    pruneCrowd: catalog.prepare(`
      DELETE FROM monitors WHERE service_id = ?1 AND env = ?2 AND alert_ms IS NULL AND instance NOT IN (
        SELECT instance FROM monitors WHERE service_id = ?1 AND env = ?2 AND alert_ms IS NULL
        ORDER BY sign_ms DESC LIMIT ${KEPT_INSTANCES})`),
    pruneInstances: catalog.prepare(`
      DELETE FROM instances WHERE service_id = ?1 AND env = ?2 AND instance NOT IN (
        SELECT instance FROM monitors WHERE service_id = ?1 AND env = ?2)`),
  }
}
