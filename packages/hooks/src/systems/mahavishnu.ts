import { z } from 'zod'
import { defineVocabulary } from '../vocabulary/vocabulary.ts'
import { OURS } from './ours.ts'

const workflow = {
  workflow_id: z.string().min(1),
  workflow_type: z.string().min(1).describe('Such as quality_fix.'),
}
const adapter = z.string().min(1).describe('The engine that runs it, such as llamaindex.')

/** Workflows over many repositories, and the agents and pools that do the work. */
export const mahavishnu = defineVocabulary({
  system: 'mahavishnu',
  summary: 'Orchestrates workflows over many repositories.',
  events: {
    workflow_started: {
      summary: 'A workflow begins',
      severity: 'info',
      data: z.strictObject({ ...workflow, adapter, repos: z.array(z.string()).describe('Paths or names.') }),
    },
    workflow_completed: {
      summary: 'A workflow has done its work',
      severity: 'info',
      data: z.strictObject({
        ...workflow,
        duration_seconds: z.number().nonnegative(),
        adapter,
        repos_processed: z.int().nonnegative(),
      }),
    },
    workflow_failed: {
      summary: 'A workflow has given up',
      severity: 'error',
      data: z.strictObject({
        ...workflow,
        error_message: z.string(),
        error_type: z.string().min(1).describe('The class of the error.'),
        adapter,
      }),
    },
    agent_spawned: {
      summary: 'An agent has been started',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        agent_id: z.string().min(1),
        agent_type: z.string().min(1),
        workflow_id: z.string().min(1).optional().describe('Whose work it does.'),
        pool_id: z.string().min(1).optional().describe('Which pool it belongs to.'),
      }),
    },
    pool_scaled: {
      summary: 'A pool has more workers than before, or fewer',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        pool_id: z.string().min(1),
        old_size: z.int().nonnegative(),
        new_size: z.int().nonnegative(),
        reason: z.string().optional(),
      }),
    },
  },
})
