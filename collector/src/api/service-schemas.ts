import { z } from 'zod'
import { UPTIME_STATES } from '../monitors/uptime.ts'
import { SERVICE_STATES } from '../services/state.ts'
import { TRIAGE_CODES } from '../services/triage.ts'

export const timeOrNull: z.ZodType = z.string().nullable()
export const state: z.ZodType = z.enum(SERVICE_STATES)

const instance = z.object({
  instance: z.string().nullable(),
  state,
  state_since: timeOrNull,
  env: z.string().nullable(),
  version: z.string().nullable(),
  host: z.string().nullable(),
  first_seen: z.string(),
  last_seen: z.string(),
  last_heartbeat: timeOrNull,
  heartbeat_interval_s: z.number().nullable().describe('As it declared itself.'),
  status: z.string().nullable().describe('Of the newest heartbeat.'),
  lifecycle: z.string().nullable().describe('State of the newest LifecycleChanged.'),
  lifecycle_at: timeOrNull,
  counts: z.record(z.string(), z.int()),
})

export const serviceSchema: z.ZodObject = z.object({
  name: z.string(),
  state: z.enum(SERVICE_STATES).describe('That of its best instance in any environment.'),
  state_since: timeOrNull,
  triage: z
    .object({ code: z.enum(TRIAGE_CODES), message: z.string(), since: z.string() })
    .describe('What heartbeat and traffic say together.'),
  env: z.string().nullable(),
  version: z.string().nullable(),
  environments: z.array(
    z.object({
      env: z.string().nullable(),
      state,
      state_since: timeOrNull,
      instances: z.record(z.string(), z.int()).describe('How many are in each state.'),
    }),
  ),
  first_seen: z.string(),
  last_seen: z.string(),
  last_heartbeat: timeOrNull,
  last_span: timeOrNull,
  last_interaction: timeOrNull,
  instances_up: z.int(),
  counts: z.record(z.string(), z.int()),
  events_by_type: z.record(z.string(), z.int()),
  instances: z.array(instance).describe('Newest first, 100 at most.'),
})

const share = z.number().nullable().describe('0 to 1; null where it was expected at no time.')
const seconds = z.object(Object.fromEntries(UPTIME_STATES.map((name) => [name, z.number()])))

export const uptimeSchema: z.ZodObject = z.object({
  service: z.string(),
  from: z.string(),
  to: z.string(),
  environments: z.array(
    z.object({
      env: z.string().nullable(),
      uptime: share,
      seconds: seconds.describe('Seconds in each state; `unobserved` while the collector was away.'),
      buckets: z.array(z.object({ start: z.string(), uptime: share, seconds })).describe('Oldest first.'),
    }),
  ),
})

const account = {
  generated: z.int().describe('The greatest number that is known of.'),
  stored: z.int(),
  dropped: z.record(z.string(), z.int()).describe('By reason, as the newest heartbeat says; cumulative.'),
  missing: z.int().describe('Of those accounted for, how many neither came nor were dropped.'),
  exact: z.boolean(),
  duplicates: z.int(),
  expired: z.int(),
}
const tail = { stored: z.int(), gaps: z.int() }

export const deliverySchema: z.ZodObject = z.object({
  service: z.string(),
  totals: z.object({ runs: z.int(), ...account, unknown_tail: z.object({ runs: z.int(), ...tail }) }),
  instances: z.array(
    z.object({
      instance: z.string().nullable(),
      run: z.int(),
      ...account,
      unknown_tail: z
        .object({ after_seq: z.int(), ...tail })
        .nullable()
        .describe('Null after a goodbye.'),
    }),
  ),
  truncated: z.boolean().describe('Whether there are more than are shown.'),
})
