import { z } from 'zod'
import type { PlainValue } from '../../otlp/plain.ts'
import type { ReadException } from '../../otlp/trace-exceptions.ts'
import type { ReadLogRecord } from '../../otlp/read.ts'
import { HttpError } from '../../server/errors.ts'
import type { StoredEvent } from '../../store/rows.ts'
import type { TraceDetail } from '../../store/traces.ts'
import { counted, plain, took } from '../plain-text.ts'
import { spanLines, type TraceSpan } from '../span-digest.ts'
import { tool, type Tool } from '../tool.ts'
import { eventLine } from './lines.ts'

const MOST_EXCEPTIONS = 10
const MOST_SAID = 30

interface Detail extends Omit<TraceDetail, 'spans' | 'logs'> {
  spans: TraceSpan[]
  logs: (ReadLogRecord & { service: string })[]
  events: StoredEvent[]
}

export const trace: Tool = tool({
  name: 'trace',
  title: 'One trace in short',
  description:
    'One trace: its spans as a tree with start, duration and self time (of a large one those that failed and those that took the most), its exceptions, hub events and grave log records.',
  input: z.object({
    id: z
      .string()
      .regex(/^[0-9a-f]{32}$/i, 'must be 32 hex digits')
      .describe('Trace id, 32 hex digits.'),
  }),
  async tell({ store, access, links }, { id }) {
    const text = await store.trace(id.toLowerCase(), access.source ?? undefined)
    if (text === undefined) throw new HttpError('not_found', 'nothing is known of a trace with this id')
    const { trace_id, start, duration_ms, counts, services, spans, events, exceptions, logs } = JSON.parse(
      text,
    ) as Detail
    const tree = spanLines(spans)
    const known = `${counted(counts.spans, 'span')} (${counts.errors} failed), ${counted(counts.events, 'hub event')}, ${counted(counts.logs, 'log record')}, ${counted(services.length, 'service')}`
    const cut = tree.shown < counts.spans ? ` ${tree.shown} spans are shown: those that tell the most.` : ''
    const grave = logs.filter(({ severityNumber }) => severityNumber >= 13)
    return {
      says: `${known}${duration_ms === null ? '' : `, ${took(duration_ms)}`}.${cut}`,
      data: [
        `trace ${trace_id}, from ${start ?? 'an unknown time'}, across ${plain(services.join(', '))}`,
        ...tree.lines,
        ...titled('exceptions:', exceptions.slice(0, MOST_EXCEPTIONS).map(exceptionLine)),
        ...titled('hub events:', events.slice(0, MOST_SAID).map(eventLine)),
        ...titled('log records from warning on:', grave.slice(0, MOST_SAID).map(recordLine)),
        links.trace(trace_id),
      ],
    }
  },
})

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines] : []
}

function exceptionLine({ service, type, message }: ReadException): string {
  return `  ${plain(service, 100)} ${plain(type === '' ? message : `${type}: ${message}`)}`
}

function recordLine({ service, severityText, severityNumber, body }: Detail['logs'][number]): string {
  return `  ${plain(severityText || String(severityNumber), 20)} ${plain(service, 100)}: ${plain(textOf(body))}`
}

function textOf(body: PlainValue): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
}
