import { summaryOf, type ShownEvent } from '../event-line.ts'
import { duration } from '../moments.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { clip, fit, widthOf } from '../text-width.ts'

const UNSEEN_COLUMNS = 100
/** Below it kinds are left out. */
const LEAST_WITH_KINDS = 70
const AT_COLUMNS = 10

interface ShownLog {
  service: string
  timeUnixNano: string
  severityNumber: number
  eventName: string
  body: unknown
  attributes: Record<string, unknown>
}

export interface Said {
  events: readonly (ShownEvent & { id: string })[]
  logs: readonly ShownLog[]
}

interface Line {
  atMs: number
  service: string
  kind: string
  text: string
  isGrave: boolean
}

/** What was said in the course of a trace, by time; an event and the log record that goes with it are one. */
export function said({ events, logs }: Said, start: string | null, terminal: Terminal): string[] {
  const style = styled(terminal, terminal.out)
  const columns = terminal.out.columns ?? UNSEEN_COLUMNS
  const isNarrow = columns < LEAST_WITH_KINDS
  const told = new Set(events.map(({ id }) => id))
  const lines: Line[] = [
    ...events.map((event) => ({
      atMs: Date.parse(event.occurred_at),
      service: event.source,
      kind: event.type,
      text: summaryOf(event),
      isGrave: event.type === 'ErrorReported',
    })),
    ...logs
      .filter(({ attributes }) => !told.has(String(attributes['hub.event.id'])))
      .map(({ timeUnixNano, service, eventName, body, severityNumber }) => ({
        atMs: Number(BigInt(timeUnixNano) / 1000n) / 1000,
        service,
        kind: eventName || 'log',
        text: typeof body === 'string' ? body : JSON.stringify(body),
        isGrave: severityNumber >= 17,
      })),
  ]
  const from = start === null ? Math.min(...lines.map(({ atMs }) => atMs)) : Date.parse(start)
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, service, kind, text, isGrave }) => {
      const at = `+${duration(Math.max(0, atMs - from))}`.padStart(AT_COLUMNS)
      const own = fit(printable(service), isNarrow ? 10 : 14)
      const room = columns - AT_COLUMNS - 2 - widthOf(own) - 2
      const shown = clip(printable(isNarrow ? text : `${kind}  ${text}`), room)
      return `${style('dim', at)}  ${style('cyan', own)}  ${isGrave ? style('red', shown) : shown}`
    })
}
