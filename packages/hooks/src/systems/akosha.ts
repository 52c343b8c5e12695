import { z } from 'zod'
import { defineVocabulary } from '../vocabulary/vocabulary.ts'
import { OURS } from './ours.ts'

const confidence = z.number().min(0).max(1).describe('From 0 to 1.')
const systems = z.array(z.string().min(1)).describe('The systems that it was seen in.')

/** Patterns, anomalies and insights across systems. */
export const akosha = defineVocabulary({
  system: 'akosha',
  summary: 'Finds what the systems have in common, and what is odd.',
  events: {
    pattern_detected: {
      summary: 'Something happens again and again',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        pattern_id: z.string().min(1),
        pattern_type: z.string().min(1),
        description: z.string(),
        confidence,
        occurrences: z.int().positive().optional(),
        systems: systems.optional(),
      }),
    },
    anomaly_detected: {
      summary: 'Something is not as it usually is',
      note: OURS,
      severity: { from: 'severity', is: { error: 'error' }, otherwise: 'warning' },
      data: z.strictObject({
        anomaly_id: z.string().min(1),
        anomaly_type: z.string().min(1),
        severity: z.enum(['warning', 'error']).describe('The severity of the event, too.'),
        description: z.string(),
        score: z.number().describe('How far it is from usual, in the unit of the detector.'),
        metric: z.string().min(1).optional(),
        expected: z.number().optional(),
        actual: z.number().optional(),
      }),
    },
    insight_generated: {
      summary: 'A conclusion has been drawn',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        insight_id: z.string().min(1),
        insight_type: z.string().min(1),
        summary: z.string(),
        confidence,
        systems: systems.optional(),
      }),
    },
    correlation_found: {
      summary: 'Two things go together',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        first: z.string().min(1),
        second: z.string().min(1),
        coefficient: z.number().min(-1).max(1).describe('From -1 to 1.'),
        sample_size: z.int().positive().optional(),
        systems: systems.optional(),
      }),
    },
  },
})
