import { correlate } from '@hubline/hooks'
import type { Systems } from './systems.ts'

const sweep = { workflow_id: 'wf_42', workflow_type: 'quality_sweep', adapter: 'prefect' }
const check = { check_id: 'check_7' }
const session_ref = 'session_3'

/**
 * One nightly sweep over a repository, as five systems tell it. None of the calls names the correlation id: `correlate()` carries
 * it through everything that is awaited.
 */
export function runSweep(systems: Systems, correlationId: string): Promise<void> {
  return correlate(correlationId, async () => {
    const { mahavishnu, crackerjack, session, akosha, oneiric } = systems

    await mahavishnu.workflowStarted({ ...sweep, repos: ['tea-shop'] })
    await oneiric.adapterResolved({ domain: 'orchestration', adapter: 'prefect', candidates: 2 })
    await oneiric.cacheMiss({ cache: 'repositories', key: 'tea-shop', reason: 'expired' })
    await mahavishnu.agentSpawned({
      agent_id: 'agent_1',
      agent_type: 'fixer',
      workflow_id: sweep.workflow_id,
    })
    await session.sessionCreated({ session_ref, project: 'tea-shop' })

    await crackerjack.qualityCheckStarted({ check_type: 'lint', repository: 'tea-shop', ...check })
    await crackerjack.qualityIssueFound({
      issue_type: 'unused-import',
      severity: 'error',
      file_path: 'src/orders.py',
      line_number: 7,
      message: 'json is imported and not used',
      ...check,
    })
    await session.memoryCheckpoint({ checkpoint_id: 'cp_1', session_ref, entities: 3, relations: 2 })
    await crackerjack.qualityScoreUpdated({
      repository: 'tea-shop',
      old_score: 81,
      new_score: 86,
      score_change: 5,
      ...check,
    })

    await akosha.insightGenerated({
      insight_id: 'insight_9',
      insight_type: 'cause',
      summary: 'Unused imports come with generated code',
      confidence: 0.8,
      systems: ['crackerjack', 'mahavishnu'],
    })
    await mahavishnu.workflowCompleted({ ...sweep, duration_seconds: 12.5, repos_processed: 1 })
  })
}
