import { ApiError, read, type Trace } from './api.ts'
import { telling } from './connection.ts'
import { byId, el, fill } from './dom.ts'
import { counted, duration } from './format.ts'
import { momentsOf } from './moments.ts'
import { poll, type Poll } from './poll.ts'
import { story } from './story.ts'
import { exactTime, relativeTime } from './time.ts'
import { beginOf, placeSpans } from './trace-tree.ts'
import { waterfall } from './waterfall.ts'

const EVERY_MS = 4000

/** One trace: its spans over time, and what was said meanwhile. Reads again, as the parts of a trace arrive one by one. */
export function openTrace(id: string): Poll {
  const article = byId('trace')
  const title = el('h1', { tabindex: -1 }, 'Trace')
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true })
  const body = el('div', {}, el('p', { class: 'nothing' }, 'Reading the trace'))
  fill(
    article,
    el('p', { class: 'back' }, el('a', { href: '#/' }, 'Services and live events')),
    title,
    problem,
    body,
  )
  title.focus({ preventScroll: true })
  let shown = ''

  return poll(
    telling(problem, async () => {
      const trace = await read<Trace>(`traces/${id}`).catch(missing)
      const now = JSON.stringify(trace)
      if (now === shown) return
      shown = now
      if (!trace) return fill(body, el('p', { class: 'nothing' }, `Nothing is known of the trace ${id} yet.`))
      show(trace, title, body)
    }),
    EVERY_MS,
  )
}

/** A trace can be asked for before anything of it has arrived. */
function missing(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) throw error
}

function show(trace: Trace, title: HTMLElement, body: HTMLElement): void {
  const { spans, events, logs } = trace
  const firstEvent = events[0] ? BigInt(Date.parse(events[0].occurred_at)) * 1_000_000n : undefined
  const begin = beginOf(spans) ?? firstEvent ?? BigInt(logs[0]?.timeUnixNano ?? 0)
  const placed = placeSpans(spans, begin)
  const moments = momentsOf(trace, begin)
  const name = placed[0]?.span.name ?? 'Trace without spans'
  title.textContent = name
  document.title = `${name}, Hubline`
  const opened = [...body.querySelectorAll('li')].map((row) => row.querySelector('details')?.open ?? false)
  fill(
    body,
    factsOf(trace),
    spans.length > 0 && waterfall(placed, moments, trace.duration_ms ?? 0),
    trace.truncated &&
      el('p', { class: 'note' }, 'This trace is larger than one answer carries; a part of it is shown.'),
    el('h2', { id: 'story-title' }, 'Events and logs'),
    story(moments),
  )
  for (const [index, row] of [...body.querySelectorAll('li')].entries()) {
    const details = row.querySelector('details')
    if (details && opened[index]) details.open = true
  }
}

function factsOf({ trace_id, start, duration_ms, spans, services, events, logs }: Trace): HTMLElement {
  const failed = spans.filter(({ status }) => status.code === 'error').length
  return el(
    'p',
    { class: 'trace-facts' },
    duration_ms !== null && el('b', {}, duration(duration_ms)),
    start !== null && exactTime(start),
    start !== null && relativeTime(start),
    el('span', {}, counted(services.length, 'service')),
    el('span', {}, counted(spans.length, 'span')),
    failed > 0 && el('span', { class: 'bad' }, counted(failed, 'error')),
    el('span', {}, counted(events.length, 'event')),
    el('span', {}, counted(logs.length, 'log')),
    el('code', {}, trace_id),
  )
}
