import { z } from 'zod'
import { SEVERITIES } from '../store/logs.ts'

const attributes = z.record(z.string(), z.unknown())

/** A log record as it is read back. */
export const logRecordSchema: z.ZodObject = z.object({
  id: z.string().describe('Stays the same as long as the record is kept.'),
  time: z.string().describe('When it happened, else when it was observed; RFC 3339, UTC.'),
  time_unix_nano: z.string().describe('The same, exactly: decimal nanoseconds since the epoch.'),
  observed_time_unix_nano: z.string(),
  service: z.string(),
  instance: z.string().nullable(),
  env: z.string().nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  severity_number: z.int().describe('1 (trace) to 24 (fatal 4), 0 when unspecified.'),
  severity_text: z.string().describe('As the source named it.'),
  event_name: z.string().nullable(),
  body: z
    .unknown()
    .describe('Text, number, boolean, list or map; integers beyond 2^53 are strings, bytes are base64.'),
  attributes,
  dropped_attributes_count: z.int(),
  resource: z.object({ attributes }),
  scope: z.object({ name: z.string(), version: z.string(), attributes }),
  trace_id: z.string().nullable().describe('Of `/api/v1/traces/{id}`.'),
  span_id: z.string().nullable(),
  trace_flags: z.int(),
  hub_event_id: z.string().nullable().describe('Of the hub event of the same emission.'),
})

export const logPageSchema: z.ZodObject = z.object({
  data: z.array(logRecordSchema),
  next_cursor: z.string().nullable().describe('Where the next page goes on, in the same order.'),
  has_more: z.boolean().describe('Whether there may be more; a page that ended early can be empty.'),
  searched_until: z
    .string()
    .nullable()
    .describe('Up to where all was searched, when the work of one request ended before the page was full.'),
})

export const logContextSchema: z.ZodObject = z.object({
  before: z.array(logRecordSchema).describe('By time, the last one just before it.'),
  record: logRecordSchema,
  after: z.array(logRecordSchema),
})

const counts = z.array(z.object({ value: z.string(), count: z.int() }))
const cut = z
  .boolean()
  .describe('Whether there was more than one request may count: then the newest records are counted.')

export const logFacetsSchema: z.ZodObject = z.object({
  total: z.int(),
  services: counts,
  severities: counts,
  event_names: counts,
  attribute: z
    .object({ key: z.string(), values: counts, without_it: z.int() })
    .nullable()
    .describe('Values of the attribute that was asked for.'),
  cut,
})

export const logHistogramSchema: z.ZodObject = z.object({
  step_ms: z.int(),
  data: z.array(
    z.object({
      start: z.string().describe('RFC 3339, UTC; a multiple of the step.'),
      total: z.int(),
      severities: z.record(z.string(), z.int()),
    }),
  ),
  cut,
})
