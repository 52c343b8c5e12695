import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { EventBucket, EventStats } from '../store/event-stats.ts'
import { eventFilter, eventFilterParameters } from './event-filter.ts'
import { commitCursor, pageCursor } from './page-cursor.ts'
import { cursor, duration, time } from './parameters.ts'
import { timeSteps, type TimeSteps } from './time-steps.ts'

/** Milliseconds that one answer may count for. */
const SCAN_MS = 2000

const counts = z.record(z.string(), z.int())

const statsSchema = z.object({
  total: z.int(),
  by_source: counts,
  by_type: counts,
  by_severity: counts.describe('An event that names none is `info`, an error what its payload says.'),
  since: z.string().describe('The range that the buckets cut; RFC 3339.'),
  until: z.string(),
  step_ms: z.int(),
  buckets: z
    .array(z.object({ start: z.string(), count: z.int(), by_severity: counts }))
    .describe('Every step of the range, those without events too.'),
  complete: z.boolean().describe('Whether all of the range is counted.'),
  counted_since: z
    .string()
    .nullable()
    .describe('Where it is not: what was received from then on is, all of it.'),
  next_cursor: z.string().nullable().describe('Where it is not: asks for the older rest, to be added up.'),
})

/** How many events there are, and when. */
export function eventStatsRoute(app: FastifyInstance, { store, clock }: Context): void {
  route(app, '/api/v1/hub/stats', {
    GET: operation({
      need: 'read',
      tag: 'Hub events',
      summary: 'How many events there are, by source, type and severity, and over time',
      description:
        'Steps go by the time of receipt, with occurred_since by the time that events say. Of very many names the rarest are summed up as (other).',
      query: z.object({
        ...eventFilterParameters,
        since: time('Begin of the range, by receipt; an hour before its end where none is given. RFC 3339.'),
        until: time('End of the range, by receipt, exclusive; now where none is given. RFC 3339.'),
        step: duration(
          'Length of a step, such as 30s; where it is not given, about 100 of them make the range.',
        ),
        cursor: cursor('Count what is older than an answer that was not complete: its next_cursor.'),
      }),
      answer: statsSchema,
      errors: ['source_mismatch'],
      handler: async ({ query, access }) => {
        const now = clock()
        const by = query.occurred_since === undefined ? 'received' : 'occurred'
        const steps = by === 'received' ? timeSteps(query, now) : occurredSteps(query, now)
        const stats = await store().eventStats({
          ...eventFilter(query, access),
          since: by === 'received' ? steps.since : query.since,
          until: query.until,
          ...(by === 'occurred' && { occurredFrom: steps.since, occurredUntil: steps.until }),
          cursor: query.cursor && commitCursor(query.cursor, 'desc'),
          time: by,
          step: steps.step,
          scanMs: SCAN_MS,
        })
        return show(stats, steps)
      },
    }),
  })
}

function occurredSteps(
  given: {
    occurred_since?: number | undefined
    occurred_until?: number | undefined
    step?: number | undefined
  },
  now: number,
): TimeSteps {
  // What happens in this millisecond has happened.
  const { occurred_until: until = now + 1, step } = given
  const since = Math.max(0, given.occurred_since ?? now)
  if (since < until) return timeSteps({ since, until, step }, now)
  const wanted = `earlier than ${given.occurred_until === undefined ? 'now' : 'occurred_until'}`
  throw new HttpError('invalid_parameter', `occurred_since is ${iso(since)}; it must be ${wanted}`)
}

function show(stats: EventStats, { since, until, step }: TimeSteps): z.output<typeof statsSchema> {
  const { countedSince, next } = stats
  return {
    total: stats.total,
    by_source: stats.bySource,
    by_type: stats.byType,
    by_severity: stats.bySeverity,
    since: iso(since),
    until: iso(until),
    step_ms: step,
    buckets: everyStep(stats.buckets, { since, until, step }),
    complete: next === null,
    counted_since: countedSince === null ? null : iso(countedSince),
    next_cursor: next && pageCursor(next, 'desc'),
  }
}

function everyStep(buckets: readonly EventBucket[], { since, until, step }: TimeSteps) {
  const found = new Map(buckets.map(({ start, bySeverity }) => [start, bySeverity]))
  // Events may come in while they are counted.
  const end = Math.max(until, (buckets.at(-1)?.start ?? 0) + 1)
  const all: { start: string; count: number; by_severity: Record<string, number> }[] = []
  for (let start = Math.floor(since / step) * step; start < end; start += step) {
    const bySeverity = found.get(start) ?? {}
    const count = Object.values(bySeverity).reduce((sum, each) => sum + each, 0)
    all.push({ start: iso(start), count, by_severity: bySeverity })
  }
  return all
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
