import type { StoredEvent } from './api.ts'
import { showConnection, telling } from './connection.ts'
import { byId, el, say } from './dom.ts'
import { follow, type Live } from './live.ts'
import { facts, serviceMark } from './marks.ts'
import { traceHref } from './route.ts'
import { summarise } from './summary.ts'
import { exactTime } from './time.ts'

const MAX_ROWS = 300
const RETRY_MS = 3000

export interface Feed {
  /** Shows the events of one service, or of all when undefined. */
  choose(source: string | undefined): void
}

/** The events as they happen, newest on top. */
export function feed(heard: (event: StoredEvent) => void): Feed {
  const list = byId('feed')
  const button = byId('feed-pause')
  let waiting: StoredEvent[] = []
  let paused = false
  let pressed = false
  let frame = 0
  let live: Live | undefined
  let turn = 0

  function take(events: StoredEvent[]): void {
    waiting.push(...events)
    if (waiting.length > 2 * MAX_ROWS) waiting = waiting.slice(-MAX_ROWS)
    for (const event of events) heard(event)
    if (paused) note()
    else if (frame === 0) frame = requestAnimationFrame(show)
  }

  /** Waits while a row is being clicked, which would otherwise move away under the pointer. */
  function show(): void {
    frame = 0
    if (paused || pressed) return
    const rows = waiting.slice(-MAX_ROWS).toReversed().map(row)
    waiting = []
    if (rows.length > 0) list.querySelector('.nothing')?.remove()
    list.prepend(...rows)
    while (list.childElementCount > MAX_ROWS) list.lastElementChild!.remove()
    if (list.childElementCount === 0)
      list.append(el('li', { class: 'nothing' }, 'No events yet. They appear here by themselves.'))
    note()
  }

  function note(): void {
    const held = waiting.length > MAX_ROWS ? `more than ${MAX_ROWS} waiting` : `${waiting.length} waiting`
    say(byId('feed-note'), paused ? held : '')
  }

  button.addEventListener('click', () => {
    paused = !paused
    button.setAttribute('aria-pressed', String(paused))
    button.textContent = paused ? 'Resume' : 'Pause'
    showConnection({ paused })
    show()
    note()
  })
  list.addEventListener('pointerdown', () => (pressed = true))
  for (const end of ['pointerup', 'pointercancel'] as const) {
    addEventListener(end, () => {
      pressed = false
      frame ||= requestAnimationFrame(show)
    })
  }

  async function begin(source: string | undefined, mine: number): Promise<void> {
    const next = await follow(source, (events) => {
      if (mine === turn) take(events)
    })
    if (mine === turn) live = next
    else next.close()
  }

  return {
    choose(source) {
      const mine = ++turn
      live?.close()
      live = undefined
      waiting = []
      list.replaceChildren()
      const attempt = telling(byId('feed-problem'), () => begin(source, mine))
      const trying = async () => {
        await attempt()
        if (mine === turn && !live) setTimeout(trying, RETRY_MS)
      }
      void trying()
    },
  }
}

function row(event: StoredEvent): HTMLElement {
  const { occurred_at, source, type, payload, severity, trace_id } = event
  const said = summarise(type, payload, severity)
  const content = [
    exactTime(occurred_at),
    serviceMark(source),
    el('span', { class: 'type', title: type }, type),
    el('span', { class: `said ${said.tone}` }, said.text),
    facts(said.facts),
  ]
  const inner = trace_id
    ? el('a', { href: traceHref(trace_id), title: `Trace ${trace_id}` }, ...content)
    : el('div', {}, ...content)
  return el('li', { class: `event is-${said.tone}` }, inner)
}
