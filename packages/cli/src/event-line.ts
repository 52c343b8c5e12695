import { clockTime, duration } from './moments.ts'
import { printable, styled, type Style, type Terminal } from './terminal.ts'
import { clip, fit, widthOf } from './text-width.ts'

/** An event as the collector shows it. */
export interface ShownEvent {
  type: string
  source: string
  occurred_at: string
  payload: Record<string, unknown>
  severity?: string
  priority?: string
  trace_id?: string
}

/** What a line says of an event. */
export interface EventRow {
  type: string
  source: string
  occurred_at: string
  severity: string
  summary: string
  trace_id: string | undefined
}

const LEAST_SUMMARY = 10
const GRAVE: Record<string, Style> = { critical: 'red', error: 'red', warning: 'yellow', debug: 'dim' }

/** One line for an event, as wide as the terminal: time, source, type, what it says, and its trace where there is room. */
export function eventLine(event: ShownEvent, terminal: Terminal): string {
  return rowLine(eventRow(event), terminal)
}

export function eventRow(event: ShownEvent): EventRow {
  const { type, source, occurred_at, trace_id } = event
  return { type, source, occurred_at, trace_id, severity: severityOf(event), summary: summaryOf(event) }
}

export function rowLine(event: EventRow, terminal: Terminal): string {
  const style = styled(terminal, terminal.out)
  const columns = terminal.out.isTTY ? (terminal.out.columns ?? 80) : Number.POSITIVE_INFINITY
  const isNarrow = columns < 80
  const source = fit(printable(event.source), isNarrow ? 10 : 16)
  const type = fit(printable(event.type), isNarrow ? 12 : 20)
  const head = `${style('dim', clockTime(event.occurred_at))}  ${style('cyan', source)}  ${style(GRAVE[event.severity] ?? 'bold', type)}`
  const used = 12 + 2 + widthOf(source) + 2 + widthOf(type)
  const room = columns - used - 2
  if (room < LEAST_SUMMARY && Number.isFinite(columns)) return head
  const trace = event.trace_id === undefined ? '' : `  ${event.trace_id}`
  const summary = printable(event.summary)
  const fits = widthOf(summary) + trace.length <= room
  return `${head}  ${clip(summary, room)}${fits ? style('dim', trace) : ''}`.trimEnd()
}

/** An error without one of its own is as grave as its payload says. */
function severityOf({ severity, type, payload }: ShownEvent): string {
  if (severity !== undefined) return severity
  if (type !== 'ErrorReported') return 'info'
  return typeof payload['severity'] === 'string' ? payload['severity'] : 'error'
}

/** What an event says, in a few words. */
export function summaryOf({ type, payload }: Pick<ShownEvent, 'type' | 'payload'>): string {
  const text = (key: string): string => {
    const value = payload[key]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const took = typeof payload['duration_ms'] === 'number' ? duration(payload['duration_ms']) : ''
  const known: Record<string, () => string[]> = {
    AppRegistered: () => [text('version'), text('env'), text('host')],
    AgentHeartbeat: () => [text('status')],
    LifecycleChanged: () => [text('state'), text('address'), text('reason')],
    InteractionDetected: () =>
      'outcome' in payload
        ? [text('action'), text('status') || text('outcome'), took]
        : [text('action'), pairsOf(payload, 'action')],
    MetricReported: () => [`${text('metric')} = ${text('value')}`, text('unit'), `(${text('period')})`],
    ErrorReported: () => [text('error_type') && `${text('error_type')}:`, text('message')],
  }
  const words = known[type]?.().filter((word) => word !== '') ?? []
  return words.length > 0 ? words.join(' ') : pairsOf(payload)
}

function pairsOf(payload: Record<string, unknown>, ...without: string[]): string {
  return Object.entries(payload)
    .filter(([key]) => !without.includes(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
