import type { LogRecord } from '../../store/logs.ts'
import { severityOf } from '../../store/events.ts'
import type { StoredEvent } from '../../store/rows.ts'
import { pairs, plain } from '../plain-text.ts'

/** A hub event in a line. */
export function eventLine(event: StoredEvent): string {
  const { occurred_at, source, type, payload, trace_id, correlation_id, id } = event
  const ids = [
    `id ${plain(id, 64)}`,
    trace_id && `trace ${trace_id}`,
    correlation_id && correlation_id !== trace_id && `correlation ${plain(correlation_id, 100)}`,
  ].filter(Boolean)
  return `${occurred_at} event ${severityOf(event)} ${plain(source, 100)} ${plain(type, 100)}: ${pairs(payload)} [${ids.join(', ')}]`
}

/** A log record in a line. */
export function logLine({
  time,
  service,
  severity,
  event_name,
  body,
  attributes,
  trace_id,
  id,
}: LogRecord): string {
  const said = plain(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''))
  const name = event_name === null ? '' : ` ${plain(event_name, 100)}`
  const more = Object.keys(attributes).length === 0 ? '' : ` {${pairs(attributes)}}`
  const trace = trace_id === null ? '' : `, trace ${trace_id}`
  return `${time} log ${severity ?? 'unspecified'} ${plain(service, 100)}${name}: ${said}${more} [id ${id}${trace}]`
}
