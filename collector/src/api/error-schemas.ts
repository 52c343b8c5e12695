import { z } from 'zod'
import { ERROR_STATES } from '../errors/state.ts'
import { FACETS } from '../store/errors.ts'

const timestamp = z.string().describe('RFC 3339, UTC.')
const count = z.int()
const nullableText = z.string().nullable()

/** A group of errors in a list. */
export const errorGroup: z.ZodType = z.object(groupShape())

/** A group with all that is known of it. */
export const errorDetail: z.ZodType = z.object({
  ...groupShape(),
  fingerprints: z.array(z.string()).describe('All that lead to the group.'),
  seen_with: z.object(Object.fromEntries(FACETS.map((kind) => [kind, facet()]))),
  series: z.object({
    hourly: series().describe('Of the last 14 days; hours without any are left out.'),
    daily: series().describe('Of the last 400 days; days without any are left out.'),
  }),
  example: z
    .object({
      ...occurrenceShape(),
      stacktrace: z.string(),
      frames: z
        .array(
          z.object({
            index: z.int().describe('Place in the stack, 0 innermost.'),
            function: z.string(),
            file: z.string(),
            line: z.int().nullable(),
            column: z.int().nullable(),
            in_app: z.boolean(),
          }),
        )
        .describe('Those of the application first.'),
    })
    .nullable()
    .describe('The newest occurrence; kept as long as the group.'),
})

/** One of the occurrences of a group. */
export const errorOccurrence: z.ZodType = z.object({ id: z.string(), ...occurrenceShape() })

/** What one instance did and said before an error. */
export const errorStory: z.ZodType = z.object({
  service: z.string(),
  instance: nullableText.describe('Null where the example names none: then there is nothing to show.'),
  at: timestamp.describe('When the example happened.'),
  data: z.array(
    z.union([
      z.object({ kind: z.literal('event'), at: timestamp, event: z.looseObject({ id: z.string() }) }),
      z.object({ kind: z.literal('log'), at: timestamp, log: z.looseObject({ id: z.string() }) }),
    ]),
  ),
})

function groupShape() {
  return {
    id: z.string(),
    service: z.string(),
    type: z.string(),
    message: z.string().describe('Of the newest occurrence, 500 characters at most.'),
    culprit: nullableText.describe("The innermost call in the application's own code."),
    severity: nullableText,
    handled: z.boolean().nullable(),
    state: z.enum(ERROR_STATES),
    state_since: timestamp,
    resolved_in: nullableText.describe('The version that it was resolved in.'),
    muted_until: timestamp.nullable(),
    muted_until_count: count.nullable().describe('The count at which it is open again.'),
    count: count,
    first_seen: timestamp,
    last_seen: timestamp,
    versions: z.array(z.string()).describe('Seen last first, 10 at most.'),
    envs: z.array(z.string()).describe('Seen last first, 10 at most.'),
    last_24h: z.array(count).describe('By the hour of UTC, the present one last.'),
    fingerprint: z.string(),
    fingerprint_version: z.int().nullable().describe('Of the algorithm; null where somebody chose it.'),
    overflow: z.boolean().describe('Counts what came when there were too many new groups in a day.'),
  }
}

function occurrenceShape() {
  return {
    at: timestamp,
    type: z.string(),
    message: z.string(),
    count: count.describe('More than 1 where a client folded a storm.'),
    told_by: z.array(z.enum(['event', 'span_event', 'log'])),
    trace_id: nullableText,
    span_id: nullableText,
    event_id: nullableText.describe('Of the ErrorReported.'),
    instance: nullableText,
    env: nullableText,
    version: nullableText,
    method: nullableText,
    route: nullableText,
    status: z.int().nullable().describe('The final HTTP status.'),
    severity: nullableText,
    handled: z.boolean().nullable(),
    user: nullableText,
  }
}

function facet() {
  return z.object({
    values: z.array(z.object({ value: z.string(), count, first_seen: timestamp, last_seen: timestamp })),
    more: z.boolean().describe('Whether there were more than are kept: the 50 that were seen last.'),
  })
}

function series() {
  return z.array(z.object({ at: timestamp, count }))
}
