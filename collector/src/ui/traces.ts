import { read, type TraceSummary } from './api.ts'
import { telling } from './connection.ts'
import { byId, el, fill } from './dom.ts'
import { counted, duration } from './format.ts'
import { serviceMarks } from './marks.ts'
import { poll, type Poll } from './poll.ts'
import { traceHref } from './route.ts'
import { relativeTime } from './time.ts'

const EVERY_MS = 5000
const LIMIT = '20'

export interface TracesPanel extends Poll {
  /** Lists the traces of one service, or of all when undefined. */
  choose(service: string | undefined): void
  /** Marks the trace that is being looked at. */
  open(id: string | undefined): void
}

/** The traces that began last. */
export function tracesPanel(): TracesPanel {
  const list = byId('traces')
  let service: string | undefined
  let opened: string | undefined
  let traces: TraceSummary[] | undefined
  let shown = ''

  function show(): void {
    if (!traces) return
    const now = JSON.stringify([traces, opened])
    if (now === shown) return
    shown = now
    const nothing = el(
      'li',
      { class: 'nothing' },
      'No traces yet. Every request that a service handles makes one.',
    )
    fill(list, ...(traces.length === 0 ? [nothing] : traces.map((trace) => item(trace, opened))))
  }

  const reading = poll(
    telling(byId('traces-problem'), async () => {
      const asked = service
      const { data } = await read<{ data: TraceSummary[] }>('traces', { limit: LIMIT, service: asked })
      if (asked !== service) return
      traces = data
      show()
    }),
    EVERY_MS,
  )
  return {
    ...reading,
    choose(name) {
      if (name === service) return
      service = name
      reading.now()
    },
    open(id) {
      opened = id
      show()
    },
  }
}

function item(
  { trace_id, name, services, start, duration_ms, spans, errors }: TraceSummary,
  opened?: string,
): HTMLElement {
  return el(
    'li',
    {},
    el(
      'a',
      { href: traceHref(trace_id), 'aria-current': trace_id === opened && 'true' },
      el('span', { class: 'name', title: name }, name),
      el('span', { class: 'took' }, duration(duration_ms)),
      serviceMarks(services),
      el(
        'span',
        { class: 'when' },
        errors > 0 && el('span', { class: 'bad' }, counted(errors, 'error')),
        el('span', {}, counted(spans, 'span')),
        relativeTime(start),
      ),
    ),
  )
}
