import { z } from 'zod'
import { UPTIME_STATES, type UptimeState } from '../monitors/uptime.ts'
import { serviceSchema, state } from './service-schemas.ts'

const ms = z.number().nullable()
const eachStep = (value: z.ZodType) => z.array(value)

const requests = z.object({
  total: z.int(),
  errors: z.int(),
  calls_per_second: z.number().describe('Over the window, or since the first step that had any.'),
  error_ratio: z.number().describe('0 to 1.'),
  p50_ms: ms,
  p95_ms: ms,
  p99_ms: ms,
  series: z
    .object({
      calls: eachStep(z.int()),
      errors: eachStep(z.int()),
      p50_ms: eachStep(ms),
      p95_ms: eachStep(ms),
      p99_ms: eachStep(ms),
    })
    .describe('Oldest first; the last step is still filling.'),
})

const { name, state_since, triage, env, version, environments, ...rest } = serviceSchema.shape
const { first_seen, last_seen, last_heartbeat, last_span, last_interaction, instances_up } = rest

export const fleetSchema: z.ZodObject = z.object({
  now: z.string(),
  since: z.string(),
  until: z.string(),
  step_s: z.int(),
  services: z.array(
    z.object({
      name: name!,
      state,
      state_since: state_since!,
      triage: triage!,
      env: env!,
      version: version!,
      environments: environments!,
      first_seen: first_seen!,
      last_seen: last_seen!,
      last_heartbeat: last_heartbeat!,
      last_span: last_span!,
      last_interaction: last_interaction!,
      instances_up: instances_up!,
      instances: z.record(z.string(), z.int()).describe('How many are in each state.'),
      instances_known: z.int().describe('100 at most.'),
      errors: z.int().describe('Told of by events, span events and log records, ever.'),
      requests: requests.nullable().describe('Null where it took none.'),
      uptime: z.object({
        share: z.number().nullable().describe('0 to 1; null where it was expected at no time.'),
        since: z.string(),
        step_s: z.number(),
        states: z
          .array(z.enum(UPTIME_STATES as [UptimeState]))
          .describe('The gravest one of each step, oldest first.'),
      }),
      marks: z.array(
        z.object({
          kind: z.enum(['deploy', 'start', 'stop', 'crash']),
          at: z.string(),
          version: z.string().nullable(),
          instances: z.int().describe('Of how many instances within a minute.'),
        }),
      ),
      started_at: z.string().nullable().describe('Of the newest start that is known.'),
    }),
  ),
})
