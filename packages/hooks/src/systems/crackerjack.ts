import { z } from 'zod'
import { defineVocabulary } from '../vocabulary/vocabulary.ts'
import { OURS } from './ours.ts'

const check_id = z.string().min(1).describe('Joins the events of one check.')
const repository = z.string().min(1)

/** Checks of code quality, tests and coverage. */
export const crackerjack = defineVocabulary({
  system: 'crackerjack',
  summary: 'Checks the quality of code.',
  events: {
    quality_check_started: {
      summary: 'A quality check begins',
      severity: 'info',
      data: z.strictObject({
        check_type: z.string().min(1).describe('Such as lint or types.'),
        repository,
        check_id,
      }),
    },
    quality_issue_found: {
      summary: 'A check has found something wrong',
      severity: { from: 'severity', is: { error: 'error' }, otherwise: 'warning' },
      data: z.strictObject({
        issue_type: z.string().min(1),
        severity: z.enum(['warning', 'error']).describe('The severity of the event, too.'),
        file_path: z.string().min(1),
        line_number: z.int().positive().describe('From 1.'),
        message: z.string(),
        check_id,
      }),
    },
    quality_score_updated: {
      summary: 'The score of a repository has changed',
      severity: 'info',
      data: z.strictObject({
        repository,
        old_score: z.number(),
        new_score: z.number(),
        score_change: z.number().describe('The new score less the old one.'),
        check_id,
      }),
    },
    test_completed: {
      summary: 'A test has ended',
      note: OURS,
      severity: { from: 'status', is: { failed: 'warning' }, otherwise: 'info' },
      data: z.strictObject({
        test_name: z.string().min(1),
        status: z.enum(['passed', 'failed', 'skipped']),
        duration_seconds: z.number().nonnegative(),
        repository: repository.optional(),
        error_message: z.string().optional(),
        check_id: check_id.optional(),
      }),
    },
    coverage_calculated: {
      summary: 'How much of the code the tests reach is known',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        repository,
        coverage_percent: z.number().min(0).max(100),
        lines_covered: z.int().nonnegative().optional(),
        lines_total: z.int().nonnegative().optional(),
        check_id: check_id.optional(),
      }),
    },
  },
})
