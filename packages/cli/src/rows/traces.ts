import { ago, duration } from '../moments.ts'
import type { Table } from '../table.ts'

export interface TraceSummary {
  trace_id: string
  name: string
  services: string[]
  start: string
  duration_ms: number
  spans: number
  errors: number
}

export function tracesTable(traces: readonly TraceSummary[], now: number): Table {
  return {
    head: ['TRACE', 'STARTED', 'TOOK', 'SPANS', 'ERRORS', 'SERVICES', 'NAME'],
    rows: traces.map(({ trace_id, name, services, start, duration_ms, spans, errors }) => ({
      cells: [
        trace_id,
        ago(start, now),
        duration(duration_ms),
        String(spans),
        String(errors),
        services.join(', '),
        name,
      ],
      styles: errors > 0 ? { 4: 'red' } : {},
    })),
  }
}
