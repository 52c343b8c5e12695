import type { Severity } from '@hubline/core'
import type { SystemName } from './systems.ts'

export interface Example {
  system: SystemName
  name: string
  data: Record<string, unknown>
  severity: Severity
}

const of = (
  system: SystemName,
  examples: Record<string, [data: Record<string, unknown>, severity?: Severity]>,
): Example[] =>
  Object.entries(examples).map(([name, [data, severity = 'info']]) => ({ system, name, data, severity }))

const workflow = { workflow_id: 'wf_123', workflow_type: 'quality_fix' }
const found = { check_id: 'check_7' }

/** One of each event of the known systems, with every field that it can have, and its severity. */
export const EXAMPLES: Example[] = [
  ...of('mahavishnu', {
    workflow_started: [{ ...workflow, adapter: 'llamaindex', repos: ['/srv/one', '/srv/two'] }],
    workflow_completed: [{ ...workflow, duration_seconds: 12.5, adapter: 'llamaindex', repos_processed: 2 }],
    workflow_failed: [
      { ...workflow, error_message: 'no route to host', error_type: 'OSError', adapter: 'llamaindex' },
      'error',
    ],
    agent_spawned: [{ agent_id: 'a_1', agent_type: 'fixer', workflow_id: 'wf_123', pool_id: 'p_1' }],
    pool_scaled: [{ pool_id: 'p_1', old_size: 2, new_size: 5, reason: 'queue' }],
  }),
  ...of('crackerjack', {
    quality_check_started: [{ check_type: 'lint', repository: 'one', ...found }],
    quality_issue_found: [
      {
        issue_type: 'unused',
        severity: 'error',
        file_path: 'src/a.py',
        line_number: 7,
        message: 'x is not used',
        ...found,
      },
      'error',
    ],
    quality_score_updated: [
      { repository: 'one', old_score: 80, new_score: 82.5, score_change: 2.5, ...found },
    ],
    test_completed: [
      {
        test_name: 'it adds',
        status: 'failed',
        duration_seconds: 0.2,
        repository: 'one',
        error_message: '1 is not 2',
        ...found,
      },
      'warning',
    ],
    coverage_calculated: [
      { repository: 'one', coverage_percent: 87.5, lines_covered: 875, lines_total: 1000, ...found },
    ],
  }),
  ...of('session_buddy', {
    session_created: [{ session_ref: 's_1', project: 'one', user_id: 'u_7' }],
    session_restored: [{ session_ref: 's_1', checkpoint_id: 'c_1', items_restored: 12 }],
    entity_created: [{ entity_id: 'e_1', entity_type: 'module', name: 'parser', session_ref: 's_1' }],
    relation_created: [
      { relation_type: 'imports', from_entity_id: 'e_1', to_entity_id: 'e_2', session_ref: 's_1' },
    ],
    memory_checkpoint: [
      { checkpoint_id: 'c_1', session_ref: 's_1', entities: 12, relations: 30, size_bytes: 4096 },
    ],
  }),
  ...of('akosha', {
    pattern_detected: [
      {
        pattern_id: 'p_1',
        pattern_type: 'retry_loop',
        description: 'the same step fails three times',
        confidence: 0.9,
        occurrences: 3,
        systems: ['mahavishnu'],
      },
    ],
    anomaly_detected: [
      {
        anomaly_id: 'n_1',
        anomaly_type: 'latency',
        severity: 'warning',
        description: 'twice as slow as usual',
        score: 4.2,
        metric: 'duration_seconds',
        expected: 6,
        actual: 12.5,
      },
      'warning',
    ],
    insight_generated: [
      {
        insight_id: 'i_1',
        insight_type: 'cause',
        summary: 'a full cache slows workflows down',
        confidence: 0.7,
        systems: ['mahavishnu', 'oneiric'],
      },
    ],
    correlation_found: [
      {
        first: 'cache misses',
        second: 'durations',
        coefficient: -0.25,
        sample_size: 40,
        systems: ['oneiric'],
      },
    ],
  }),
  ...of('oneiric', {
    adapter_resolved: [
      { domain: 'storage', adapter: 's3', version: '1.2.0', candidates: 2, duration_ms: 0.5 },
    ],
    component_loaded: [{ component: 'mailer', component_type: 'service', version: '2.0.1', duration_ms: 12 }],
    cache_hit: [{ cache: 'users', key: 'user:7', age_seconds: 30 }, 'debug'],
    cache_miss: [{ cache: 'users', key: 'user:8', reason: 'expired' }, 'debug'],
  }),
]
