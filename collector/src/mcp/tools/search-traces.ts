import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { duration, oneOf, text } from '../../api/parameters.ts'
import { SPAN_STATUSES, type StatusWord } from '../../otlp/read.ts'
import type { TraceSummary } from '../../store/traces.ts'
import { most, since } from '../arguments.ts'
import type { Links } from '../links.ts'
import { counted, plain, took } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'

/** Milliseconds that one search may take. */
export const SEARCH_MS = 1500

export const searchTraces: Tool = tool({
  name: 'search_traces',
  title: 'Search traces',
  description:
    'Traces with a span that is as asked for, newest or longest first: failures by `status: error`, slowness by `min_duration` and `order: longest`. Use `trace` with an id for the spans.',
  input: z.object({
    service: text(200, 'With a span of this service.'),
    operation: text(500, 'With a span of this name, such as `GET /users/:id`, or of this route.'),
    status: oneOf(SPAN_STATUSES as readonly [StatusWord, ...StatusWord[]], 'With this status.'),
    min_duration: duration('That took so long, such as 250ms or 2s.'),
    since: since(),
    order: oneOf(['newest', 'longest'], 'Which first; `newest` where it is not given.'),
    limit: most(50, 15),
  }),
  async tell(
    { store, access, now, links },
    { service, operation, status, min_duration, since, order, limit },
  ) {
    const { traces, hasMore } = await store.traces({
      service: ownSource(access, service),
      operation,
      status,
      minMs: min_duration,
      since: since?.(now),
      only: access.source ?? undefined,
      order: order ?? 'newest',
      limit,
      scanMs: SEARCH_MS,
    })
    return {
      says: `${counted(traces.length, 'trace')}.${hasMore ? ' There may be more; narrow it down, or raise the limit.' : ''}`,
      data: traces.map((each) => traceLine(each, links)),
    }
  },
})

export function traceLine(summary: TraceSummary, links: Links): string {
  const { trace_id, name, service, services, start, duration_ms, spans, errors } = summary
  const failed = errors > 0 ? `, ${errors} FAILED` : ''
  const across = services.length > 1 ? ` across ${plain(services.join(', '))}` : ''
  return `${start} trace ${trace_id} ${plain(service, 100)} ${plain(name, 160)}: ${took(duration_ms)}, ${counted(spans, 'span')}${failed}${across} ${links.trace(trace_id)}`
}
