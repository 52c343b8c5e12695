import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { MetricProblem, MetricSummary, SeriesQuery } from '../store/metrics.ts'
import { lineParameters, seriesParameters } from './metric-parameters.ts'
import {
  metricExemplarsSchema,
  metricLabelsSchema,
  metricPageSchema,
  metricRangeSchema,
} from './metric-schemas.ts'
import { ownSource } from './own-source.ts'
import { duration, limit, text, time } from './parameters.ts'
import { timeSteps } from './time-steps.ts'

/** Steps that are chosen for a range are not shorter: most exporters send at this pace or slower. */
const SHORTEST_STEP_MS = 10_000
const HOUR_MS = 3_600_000

/** Metrics: which there are, their labels, and lines over a range of time. */
export function metricRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/metrics', { GET: list(context) })
  route(app, '/api/v1/metrics/labels', { GET: labels(context) })
  route(app, '/api/v1/metrics/query', { GET: query(context) })
  route(app, '/api/v1/metrics/exemplars', { GET: exemplars(context) })
}

function list({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Metrics',
    summary: 'Metrics by name',
    query: z.object({
      service: text(200, 'Only what this service measures.'),
      match: text(200, 'Only names with this text in them, in upper or lower case.'),
      since: time('Only metrics that came at or after this time; RFC 3339.'),
      cursor: text(500, 'Go on after an earlier page: its `next_cursor`.'),
      limit: limit(1000, 200),
    }),
    answer: metricPageSchema,
    handler: async ({ query: { cursor: after, service, ...rest }, access }) => {
      const page = await store().metrics({ ...rest, after, service: ownSource(access, service) })
      return {
        data: page.metrics.map(showMetric),
        next_cursor: page.hasMore ? page.metrics.at(-1)!.name : null,
        has_more: page.hasMore,
      }
    },
  })
}

function labels({ store, clock }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Metrics',
    summary: 'Labels of a metric, with their values',
    query: z.object(seriesParameters),
    answer: metricLabelsSchema,
    errors: ['not_found'],
    handler: async ({ query: given, access }) => {
      const found = await store().metricLabels(seriesQuery(given, access, clock()))
      if ('problem' in found) throw problem(found, given)
      return { name: given.name, ...found }
    },
  })
}

function query({ store, clock }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Metrics',
    summary: 'A metric over a range of time, in steps',
    query: z.object({
      ...seriesParameters,
      ...lineParameters,
      step: duration(
        'Length of a step, such as 30s; where it is not given, about 100 of them make the range.',
      ),
    }),
    answer: metricRangeSchema,
    errors: ['not_found'],
    handler: async ({ query: given, access }) => {
      const steps = timeSteps(given, clock(), SHORTEST_STEP_MS)
      const found = await store().metricRange({
        ...seriesQuery(given, access, clock()),
        ...steps,
        functions: given.fn ?? [],
        by: given.by,
        aggregation: given.agg,
      })
      if ('problem' in found) throw problem(found, given)
      const { starts, total, name, type, unit, description, lines, heatmaps, truncated } = found
      const times = starts.map(iso)
      const head = { name, type, unit, description, step_ms: steps.step, times }
      return { ...head, lines, heatmaps, total_groups: total, truncated }
    },
  })
}

function exemplars({ store, clock }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Metrics',
    summary: 'Single measurements of a metric with the traces they were made in, newest first',
    query: z.object({ ...seriesParameters, limit: limit(500, 100) }),
    answer: metricExemplarsSchema,
    errors: ['not_found'],
    handler: async ({ query: given, access }) => {
      const found = await store().metricExemplars({
        ...seriesQuery(given, access, clock()),
        limit: given.limit,
      })
      if ('problem' in found) throw problem(found, given)
      return { data: found.map(({ time, ...rest }) => ({ time: iso(time), ...rest })) }
    },
  })
}

type Given = z.output<z.ZodObject<typeof seriesParameters>>

function seriesQuery(
  { name, service, label, since, until }: Given,
  access: Access,
  now: number,
): SeriesQuery {
  const end = until ?? now
  return {
    name,
    service: ownSource(access, service),
    labels: label,
    since: since ?? end - HOUR_MS,
    until: end,
  }
}

function problem(found: MetricProblem, { name, service }: Given): HttpError {
  if (found.problem === 'unknown') {
    const whose = service === undefined ? '' : ` of the service "${service}"`
    return new HttpError('not_found', `there is no metric "${name.slice(0, 100)}"${whose}`)
  }
  if (found.problem === 'function') {
    return new HttpError(
      'invalid_parameter',
      `fn does not suit a ${found.type.replace('_', ' ')}; it must be of ${found.functions.join(', ')}`,
    )
  }
  return new HttpError(
    'invalid_parameter',
    `since and until span more than ${found.most} numbers of this metric; ask for a shorter range, or for fewer series by service or label`,
  )
}

function showMetric({ services, firstSeen, lastSeen, ...metric }: MetricSummary): Record<string, unknown> {
  return {
    ...metric,
    series: services.reduce((sum, { series }) => sum + series, 0),
    services: services.map(({ name, series, overflowed, lastSeen: last }) => {
      return { name, series, overflowed_points: overflowed, last_seen: iso(last) }
    }),
    first_seen: iso(firstSeen),
    last_seen: iso(lastSeen),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
