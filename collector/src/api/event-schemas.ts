import { PRIORITIES, SEVERITIES } from '@hubline/core/wire'
import { z } from 'zod'

const saidSchema = z.object({
  type: z.string().describe('At most 200 characters, such as AppRegistered or shop.order.placed.'),
  source: z.string().describe('At most 100 characters.'),
  occurred_at: z.string().describe('When it happened, as its source says; RFC 3339.'),
  payload: z.record(z.string(), z.unknown()),
  env: z.string().optional(),
  instance: z.string().optional(),
  seq: z.int().optional(),
  severity: z.enum(SEVERITIES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  correlation_id: z.string().optional(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  tags: z.array(z.string()).optional(),
})
const version = z.int().describe('Of the form of the payload, 1 to 255.')

/** An event as it is sent. */
const eventSchema = saidSchema.extend({
  id: z.string().optional().describe('Makes sending it again harmless: it is stored once.'),
  version: version.optional(),
})

/** One event, or a batch. */
export const eventsBodySchema: z.ZodType = z.union([eventSchema, z.array(eventSchema)])

/** What one event is answered with. */
export const receiptSchema: z.ZodObject = z.object({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  occurred_at: z.string(),
  created_at: z.string().describe('When it was first stored.'),
})

/** What a batch is answered with. */
export const batchReceiptSchema: z.ZodObject = z.object({
  accepted: z.int(),
  duplicates: z.int().describe('Stored before.'),
  expired: z.int().optional().describe('From a time that retention has given up; not stored.'),
  rejected: z.array(
    z.object({
      index: z.int().describe('In the batch, from 0.'),
      id: z.string().optional(),
      error: z.string(),
      message: z.string(),
      errors: z.record(z.string(), z.array(z.string())),
    }),
  ),
})

/** An event as it is read back. */
export const storedEventSchema: z.ZodObject = saidSchema.extend({
  id: z.string(),
  version,
  received_at: z.string().describe('RFC 3339, UTC.'),
  cursor: z.string().describe('Its place in the order of commit, a ULID.'),
  violations: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('What of it was not as its vocabulary says when it came, by field; see HUBLINE_VALIDATE.'),
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
