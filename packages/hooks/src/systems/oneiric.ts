import { z } from 'zod'
import { defineVocabulary } from '../vocabulary/vocabulary.ts'
import { OURS } from './ours.ts'

const duration_ms = z.number().nonnegative()
const cached = {
  cache: z.string().min(1).describe('Which cache.'),
  key: z.string(),
}

/** Adapters, components and caches of an app that is put together as it runs. */
export const oneiric = defineVocabulary({
  system: 'oneiric',
  summary: 'Resolves adapters, loads components and caches them.',
  events: {
    adapter_resolved: {
      summary: 'It is decided which adapter serves a purpose',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        domain: z.string().min(1).describe('What it serves, such as storage.'),
        adapter: z.string().min(1),
        version: z.string().min(1).optional(),
        candidates: z.int().positive().optional().describe('How many there were to choose from.'),
        duration_ms: duration_ms.optional(),
      }),
    },
    component_loaded: {
      summary: 'A component is ready',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        component: z.string().min(1),
        component_type: z.string().min(1),
        version: z.string().min(1).optional(),
        duration_ms: duration_ms.optional(),
      }),
    },
    cache_hit: {
      summary: 'A cache had what was asked for',
      note: OURS,
      severity: 'debug',
      data: z.strictObject({ ...cached, age_seconds: z.number().nonnegative().optional() }),
    },
    cache_miss: {
      summary: 'A cache did not have what was asked for',
      note: OURS,
      severity: 'debug',
      data: z.strictObject({ ...cached, reason: z.string().optional().describe('Such as expired.') }),
    },
  },
})
