import { duration } from '../moments.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { clip } from '../text-width.ts'
import { said, type Said } from './said.ts'
import type { ShownSpan } from './span-tree.ts'
import { waterfall } from './waterfall.ts'

/** A trace as the collector shows it. */
export interface TraceDetail extends Said {
  trace_id: string
  services: string[]
  start: string | null
  duration_ms: number | null
  counts: { spans: number; errors: number; logs: number; events: number }
  spans: ShownSpan[]
  exceptions: { type?: string; message?: string; service?: string }[]
  truncated: boolean
}

/** A trace as a waterfall, with what was said in its course. */
export function traceLines(detail: TraceDetail, terminal: Terminal): string[] {
  const { trace_id, spans, start, duration_ms, services, counts, truncated } = detail
  const style = styled(terminal, terminal.out)
  const facts = [
    ...(start === null ? [] : [start]),
    ...(duration_ms === null ? [] : [duration(duration_ms)]),
    counted(counts.spans, 'span'),
    counted(services.length, 'service'),
    ...(counts.errors > 0 ? [style('red', counted(counts.errors, 'error'))] : []),
  ]
  const story = said(detail, start, terminal)
  return [
    style('bold', `Trace ${trace_id}`),
    facts.join(' · '),
    ...(spans.length > 0 ? ['', ...waterfall(spans, terminal)] : []),
    ...failuresOf(detail, terminal),
    ...(story.length > 0 ? ['', ...story] : []),
    ...(truncated ? ['', style('yellow', 'There is more of it than is shown; its counts are of all.')] : []),
  ]
}

/** What the spans that failed say of it, each once. */
function failuresOf({ spans }: TraceDetail, terminal: Terminal): string[] {
  const columns = terminal.out.columns ?? Number.POSITIVE_INFINITY
  const style = styled(terminal, terminal.out)
  const failures = spans
    .filter(({ status }) => status.code === 'error' && status.message !== '')
    .map(({ service, status }) => printable(`✗ ${service}: ${status.message}`))
  const lines = [...new Set(failures)].map((line) => style('red', clip(line, columns)))
  return lines.length > 0 ? ['', ...lines] : []
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
