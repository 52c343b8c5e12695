import { z } from 'zod'

const ms = z.number().nullable()
const count = z.number().int()
const time = z.iso.datetime()
const searchedUntil = time
  .nullable()
  .describe('Where the time for a search ran out: only what came since then has been searched. Else null.')

export const tracePage: z.ZodObject = z.object({
  data: z.array(
    z.object({
      trace_id: z.string(),
      name: z.string().describe('Of the span without a parent, else of the first one known.'),
      service: z.string(),
      services: z.array(z.string()),
      start: time,
      duration_ms: z.number(),
      spans: count,
      errors: count,
    }),
  ),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
  searched_until: searchedUntil,
})

const durations = { count, errors: count, p50_ms: ms, p95_ms: ms, p99_ms: ms }

export const traceStats: z.ZodObject = z.object({
  since: time,
  until: time,
  step_s: count,
  ...durations,
  buckets: z.array(
    z.object({
      at: time.describe('Where the bucket starts.'),
      ...durations,
      durations: z
        .array(z.object({ le_ms: z.number(), count }))
        .describe('How many took up to `le_ms`, and longer than the limit before it, which is half of it.'),
    }),
  ),
  searched_until: searchedUntil,
})

const items = z.array(z.record(z.string(), z.unknown()))

export const traceDetail: z.ZodObject = z.object({
  trace_id: z.string(),
  services: z.array(z.string()),
  start: time.nullable(),
  end: time.nullable(),
  duration_ms: ms,
  counts: z
    .object({ spans: count, errors: count, logs: count, events: count })
    .describe('How many there are; more than are shown where `truncated`.'),
  spans: items.describe('By start, 10,000 at most.'),
  logs: items,
  exceptions: items,
  events: items,
  truncated: z.boolean(),
})

export const operations: z.ZodObject = z.object({
  data: z.array(z.object({ name: z.string(), kind: z.string(), spans: count, errors: count })),
})

export const attributes: z.ZodObject = z.object({
  data: z.array(
    z.object({
      key: z.string(),
      of: z.enum(['span', 'resource']),
      types: z.array(z.string()),
      spans: count.describe('Of the newest 2,000 spans, those that have it.'),
      examples: z.array(z.string()),
    }),
  ),
})
