import { OtlpDecodeError } from '../../../otlp/errors.ts'
import { decodeExport } from '../../../otlp/receive.ts'
import type { LogRow, MetricRow, OtlpOrigin, SpanRow } from '../../rows.ts'
import type { OtlpBody, OtlpReceipt } from '../../store.ts'
import type { OtlpWrite } from './otlp-writer.ts'
import { foldOverflow } from './series-overflow.ts'
import type { SeriesLimit } from './series-limit.ts'

export interface OtlpWrites {
  spans: (OtlpWrite<SpanRow> & { job: number })[]
  logs: (OtlpWrite<LogRow> & { job: number })[]
  metrics: (OtlpWrite<MetricRow> & { job: number })[]
}

/** Decodes one export request into `writes`; a bound token's sender keeps only the rows of its own service. */
export function decodeOtlp(
  request: OtlpBody & { job: number },
  writes: OtlpWrites,
  series: SeriesLimit,
): () => OtlpReceipt {
  const { signal, encoding, body, source, receivedAt, job } = request
  try {
    if (signal === 'traces') {
      const { rows, ...rest } = decodeExport('traces', encoding, body)
      const kept = ownRows(rows, source)
      writes.spans.push({ rows: kept, receivedAt, job })
      return receipt(kept.length, rows.length - kept.length, rest, source)
    }
    if (signal === 'logs') {
      const { rows, ...rest } = decodeExport('logs', encoding, body)
      const kept = ownRows(rows, source)
      writes.logs.push({ rows: kept, receivedAt, job })
      return receipt(kept.length, rows.length - kept.length, rest, source)
    }
    const { rows, ...rest } = decodeExport('metrics', encoding, body)
    const kept = ownRows(rows, source)
    const points = (of: MetricRow[]) => of.reduce((sum, row) => sum + row.dataPoints, 0)
    const foreign = points(rows) - points(kept)
    const overflow = foldOverflow(kept, series, receivedAt)
    writes.metrics.push({ rows: kept, receivedAt, job })
    return receipt(kept.length, foreign, rest, source, overflow)
  } catch (error) {
    if (!(error instanceof OtlpDecodeError)) throw error
    const { message } = error
    return () => ({ kind: 'unreadable', message })
  }
}

function ownRows<Row extends OtlpOrigin>(rows: Row[], source: string | null): Row[] {
  return source === null ? rows : rows.filter((row) => row.service === source)
}

function receipt(
  accepted: number,
  foreign: number,
  decoded: { rejected: number; message?: string },
  source: string | null,
  warning?: string,
): () => OtlpReceipt {
  const messages = [decoded.message, warning].filter((message) => message !== undefined)
  if (foreign > 0)
    messages.push(
      `the token is bound to the service.name "${source}"; ${foreign} of other services were refused`,
    )
  const rejected = decoded.rejected + foreign
  const result: OtlpReceipt = { kind: 'stored', accepted, rejected }
  if (messages.length > 0) result.message = messages.join('; ')
  return () => result
}
