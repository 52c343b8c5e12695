import { z } from 'zod'
import { REASONS } from '../monitors/transition.ts'
import { SERVICE_STATES } from '../services/state.ts'
import { state, timeOrNull } from './service-schemas.ts'

export const monitorSchema: z.ZodObject = z.object({
  service: z.string(),
  env: z.string().nullable(),
  instance: z.string().nullable(),
  host: z.string().nullable(),
  state,
  state_since: timeOrNull,
  interval_s: z.number(),
  interval_source: z
    .enum(['set', 'declared', 'learned', 'default'])
    .describe('By an administrator, by the sender, from its beats, or assumed until enough have come.'),
  grace_s: z.number().describe('Seconds after a missed heartbeat until silence.'),
  heartbeat_expected: z
    .boolean()
    .describe('False for one that owes none: it declared no interval and has not beaten regularly.'),
  last_seen: z.string(),
  last_heartbeat: timeOrNull,
  expected_by: timeOrNull.describe('When the next heartbeat is due; null where none is waited for.'),
  silent_after: timeOrNull.describe('When it is silent unless something comes.'),
  heartbeats: z.int(),
  missed: z.int(),
  consecutive_missed: z.int(),
})

export const monitorPageSchema: z.ZodObject = z.object({
  data: z.array(monitorSchema).describe('By service, environment and instance.'),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
})

export const transitionSchema: z.ZodObject = z.object({
  cursor: z.string(),
  scope: z.enum(['service', 'instance']).describe('Whether the service as a whole changed, or one instance.'),
  service: z.string(),
  env: z.string().nullable(),
  instance: z.string().nullable(),
  from: z.enum(SERVICE_STATES),
  to: z.enum(SERVICE_STATES),
  at: z.string().describe('When it changed.'),
  recorded_at: z.string().describe('When the collector learned of it.'),
  reason: z.enum(REASONS),
  event_id: z.string().nullable().describe('The event that told of it; null where time did.'),
})

export const transitionPageSchema: z.ZodObject = z.object({
  data: z.array(transitionSchema),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
})
