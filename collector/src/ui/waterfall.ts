import { share, ticks } from './axis.ts'
import { el, vary } from './dom.ts'
import { counted, duration } from './format.ts'
import { oneLine, type Fields } from './json.ts'
import { serviceColour, serviceMark } from './marks.ts'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './trace-tree.ts'

const MAX_ROWS = 1000
const TICKS = 5

/** Spans as bars on one time axis, children below their parents; each opens to show its attributes. */
export function waterfall(
  placed: readonly PlacedSpan[],
  moments: readonly Moment[],
  lengthMs: number,
): HTMLElement {
  const marks = Map.groupBy(moments, ({ spanId }) => spanId)
  const rows = placed.slice(0, MAX_ROWS).map((each) => row(each, marks.get(each.span.spanId) ?? [], lengthMs))
  const left = placed.length - rows.length
  return el(
    'div',
    { class: 'panel waterfall' },
    axis(lengthMs),
    el('ol', { 'aria-label': 'Spans' }, ...rows),
    left > 0 && el('p', { class: 'nothing' }, `${counted(left, 'further span')} not shown`),
  )
}

function axis(lengthMs: number): HTMLElement {
  const marks = ticks(lengthMs, TICKS).map((time) => {
    return vary(el('span', {}, duration(time)), { '--at': String(share(time, lengthMs)) })
  })
  return el('div', { class: 'axis', 'aria-hidden': 'true' }, ...marks)
}

function row(
  { span, depth, startMs, durationMs, orphan }: PlacedSpan,
  moments: Moment[],
  lengthMs: number,
): HTMLElement {
  const failed = span.status.code === 'error'
  const from = share(startMs, lengthMs)
  const to = share(startMs + durationMs, lengthMs)
  const title = `${span.service}: ${span.name}, ${duration(durationMs)} from ${duration(startMs)} on`
  const track = el(
    'span',
    { class: to > 0.82 ? 'track full' : 'track' },
    el('span', { class: `bar ${serviceColour(span.service)}` }),
    // What the span itself tells needs no mark on it.
    ...moments.filter(({ kinds }) => !kinds.includes('span')).map((moment) => tick(moment, lengthMs)),
    el('span', { class: 'took' }, failed && el('b', { class: 'bad' }, 'error '), duration(durationMs)),
  )
  const summary = el(
    'summary',
    { title, class: failed && 'failed' },
    vary(
      el(
        'span',
        { class: 'what' },
        serviceMark(span.service),
        el('span', { class: 'name' }, span.name),
        orphan &&
          el(
            'span',
            { class: 'note', title: `Its parent ${span.parentSpanId} has not arrived` },
            'parent unknown',
          ),
      ),
      { '--depth': String(Math.min(depth, 12)) },
    ),
    vary(track, { '--from': String(from), '--to': String(to) }),
  )
  const details = el('details', {}, summary)
  details.addEventListener('toggle', () => details.append(about(span)), { once: true })
  return el('li', {}, details)
}

function tick({ atMs, type, said }: Moment, lengthMs: number): HTMLElement {
  const mark = el('i', { class: `tick is-${said.tone}`, title: `${type} at ${duration(atMs)}` })
  return vary(mark, { '--at': String(share(atMs, lengthMs)) })
}

function about({ spanId, kind, status, attributes }: PlacedSpan['span']): HTMLElement {
  const facts: Fields = { kind, 'span id': spanId, status: status.code, ...attributes }
  if (status.message !== '') facts['status'] = `${status.code}: ${status.message}`
  const pairs = Object.entries(facts).flatMap(([key, value]) => [
    el('dt', {}, key),
    el('dd', {}, oneLine(value)),
  ])
  return el('dl', {}, ...pairs)
}
