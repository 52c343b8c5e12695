import { el } from './dom.ts'
import { duration } from './format.ts'
import { facts, serviceMark } from './marks.ts'
import type { Moment } from './moments.ts'

const MAX_ROWS = 1000

/** What was said during a trace, in the order of time. */
export function story(moments: readonly Moment[]): HTMLElement {
  const rows = moments.slice(0, MAX_ROWS).map(({ kinds, atMs, service, type, said }) => {
    return el(
      'li',
      { class: `moment is-${said.tone}` },
      el('span', { class: 'at' }, `${atMs < 0 ? '' : '+'}${duration(atMs)}`),
      serviceMark(service),
      el('span', { class: 'type', title: type }, type),
      el('span', { class: 'says' }, el('span', { class: `said ${said.tone}` }, said.text), facts(said.facts)),
      el('span', { class: 'kinds' }, ...kinds.map((kind) => el('span', {}, kind))),
    )
  })
  const nothing = el('li', { class: 'nothing' }, 'No hub events or logs belong to this trace.')
  return el(
    'ol',
    { class: 'panel story', 'aria-labelledby': 'story-title' },
    ...(rows.length > 0 ? rows : [nothing]),
  )
}
