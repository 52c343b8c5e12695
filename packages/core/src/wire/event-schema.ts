import { z } from 'zod'
import { EVENT_LIMITS, type HubEventInput, PRIORITIES, SEVERITIES } from './event.ts'
import { normaliseTimestamp } from './timestamp.ts'

const text = (max: number) => z.string().min(1).max(max)

const timestamp = z.string().transform((value, context) => {
  const utc = normaliseTimestamp(value)
  if (utc !== undefined) return utc
  context.addIssue({
    code: 'custom',
    message: 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
  })
  return z.NEVER
})

const hexId = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `must be ${digits} hex digits`)
    .transform((value) => value.toLowerCase())

/** Validates one incoming event; unknown keys are dropped, absent optional keys stay absent. */
export const hubEventInputSchema: z.ZodType<HubEventInput, unknown> = z.object({
  id: text(EVENT_LIMITS.id)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional(),
  type: text(EVENT_LIMITS.type),
  source: text(EVENT_LIMITS.source),
  occurred_at: timestamp,
  payload: z.record(z.string(), z.unknown()),
  version: z.int().min(1).max(255).optional(),
  env: text(EVENT_LIMITS.env).optional(),
  instance: text(EVENT_LIMITS.instance).optional(),
  seq: z.int().min(1).optional(),
  severity: z.enum(SEVERITIES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  correlation_id: text(EVENT_LIMITS.correlationId).optional(),
  trace_id: hexId(32).optional(),
  span_id: hexId(16).optional(),
  tags: z.array(text(EVENT_LIMITS.tag)).max(EVENT_LIMITS.tags).optional(),
})
