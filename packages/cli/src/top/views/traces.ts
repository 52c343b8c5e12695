import { ask } from '../../hub-client.ts'
import { tracesTable, type TraceSummary } from '../../rows/traces.ts'
import { tableLines } from '../../table.ts'
import { traceLines, type TraceDetail } from '../../waterfall/trace-lines.ts'
import { view, type View } from '../view.ts'

export const tracesView: View = view<TraceSummary>({
  name: 'traces',
  none: 'There are no traces yet.',
  items: (board) => board.traces,
  text: ({ trace_id, name, services }) => [trace_id, name, ...services].join(' '),
  lines: (traces, { terminal, now }) => tableLines(terminal, tracesTable(traces, now)),
  async open({ trace_id }, connection) {
    const detail = await ask<TraceDetail>(connection, 'GET', `/api/v1/traces/${trace_id}`)
    return ({ terminal }) => traceLines(detail, terminal)
  },
})
