import { PRIORITIES, SEVERITIES } from '@hubline/core/wire'
import { z } from 'zod'

/** An event as it is read back. */
export const storedEventSchema: z.ZodObject = z.object({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  occurred_at: z.string().describe('When it happened, as its source says; RFC 3339, UTC.'),
  payload: z.record(z.string(), z.unknown()),
  version: z.int().describe('Of the form of the payload, 1 to 255.'),
  env: z.string().optional(),
  instance: z.string().optional(),
  seq: z.int().optional(),
  severity: z.enum(SEVERITIES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  correlation_id: z.string().optional(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  tags: z.array(z.string()).optional(),
  received_at: z.string().describe('RFC 3339, UTC.'),
  cursor: z.string().describe('Its place in the order of commit, a ULID.'),
})

export const eventPageSchema: z.ZodObject = z.object({
  data: z.array(storedEventSchema),
  next_cursor: z
    .string()
    .nullable()
    .describe(
      'Where the next page begins; good for the same order only. With asc it is there at the end too, to ask later for what has come since.',
    ),
  has_more: z
    .boolean()
    .describe(
      'Whether there may be more; a search for rare events may end a page that is not full, even empty.',
    ),
})
