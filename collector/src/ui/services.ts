import { read, type Instance, type Service } from './api.ts'
import { telling } from './connection.ts'
import { byId, el, fill, say } from './dom.ts'
import { firstSteps } from './first-steps.ts'
import { count, counted } from './format.ts'
import { serviceColour, serviceMark, stateMark } from './marks.ts'
import { poll, type Poll } from './poll.ts'
import { serviceHref } from './route.ts'
import { relativeTime } from './time.ts'

const EVERY_MS = 5000
const MAX_INSTANCES = 20
const COLUMNS = [
  'Service',
  'State',
  'Version',
  'Env',
  'Instances',
  'Heartbeat',
  'Interactions',
  'Errors',
  'Spans',
  'Failed spans',
]

export interface ServicesPanel extends Poll {
  /** Marks one service and shows its instances; all alike when undefined. */
  choose(name: string | undefined): void
}

/** The services and how they are, one row each. */
export function servicesPanel(): ServicesPanel {
  const panel = byId('services')
  let services: Service[] | undefined
  let chosen: string | undefined
  let shown = ''

  function show(): void {
    if (!services) return
    const now = JSON.stringify([services, chosen])
    if (now === shown) return
    shown = now
    say(byId('services-note'), note(services))
    for (const { name } of services) serviceColour(name)
    fill(panel, services.length === 0 ? firstSteps() : table(services, chosen))
  }

  const reading = poll(
    telling(byId('services-problem'), async () => {
      services = (await read<{ data: Service[] }>('services')).data
      show()
    }),
    EVERY_MS,
  )
  return {
    ...reading,
    choose(name) {
      chosen = name
      show()
    },
  }
}

function note(services: Service[]): string {
  const states = Map.groupBy(services, ({ state }) => state)
  return [...states].map(([state, { length }]) => `${length} ${state}`).join(', ')
}

function table(services: Service[], chosen: string | undefined): HTMLElement {
  const head = COLUMNS.map((name, index) => {
    return el('th', { role: 'columnheader', scope: 'col', class: index > 3 && 'number' }, name)
  })
  const rows = services.flatMap((service) => {
    const open = service.name === chosen
    return open ? [row(service, true), ...instanceRows(service)] : [row(service, false)]
  })
  return el(
    'table',
    { class: 'services', role: 'table', 'aria-labelledby': 'services-title' },
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...head)),
    el('tbody', { role: 'rowgroup' }, ...rows),
  )
}

function row(service: Service, open: boolean): HTMLElement {
  const { name, state, version, env, instances, instances_up, last_heartbeat, counts, events_by_type } =
    service
  const link = el(
    'a',
    { href: open ? '#/' : serviceHref(name), 'aria-current': open && 'true', title: name },
    serviceMark(name),
  )
  return el(
    'tr',
    { role: 'row', class: open && 'chosen' },
    cell('Service', link),
    cell('State', stateMark(state)),
    cell('Version', version),
    cell('Env', env),
    cell('Instances', instances.length > 0 && `${instances_up} of ${instances.length}`, 'number'),
    cell('Heartbeat', last_heartbeat && relativeTime(last_heartbeat), 'number'),
    cell('Interactions', some(events_by_type['InteractionDetected'] ?? 0), 'number'),
    cell('Errors', some(counts.errors), counts.errors > 0 ? 'number bad' : 'number'),
    cell('Spans', some(counts.spans), 'number'),
    cell('Failed spans', some(counts.span_errors), counts.span_errors > 0 ? 'number bad' : 'number'),
  )
}

function some(amount: number): string {
  return amount > 0 ? count(amount) : ''
}

function instanceRows({ instances }: Service): HTMLElement[] {
  const rows = instances.slice(0, MAX_INSTANCES).map(instanceRow)
  const more = instances.length - MAX_INSTANCES
  if (more > 0) {
    const text = `and ${counted(more, 'older instance')}`
    rows.push(
      el('tr', { role: 'row', class: 'instance' }, el('td', { role: 'cell', colspan: COLUMNS.length }, text)),
    )
  }
  return rows
}

function instanceRow({ instance, state, version, host, last_heartbeat, last_seen }: Instance): HTMLElement {
  const name = instance ?? 'no instance named'
  const from = host === null ? name : `${name} on ${host}`
  return el(
    'tr',
    { role: 'row', class: 'instance' },
    cell('Instance', el('span', { class: 'clip', title: from }, from)),
    cell('State', stateMark(state)),
    cell('Version', version),
    el('td', { role: 'cell', class: 'seen', colspan: 3 }, 'seen ', relativeTime(last_heartbeat ?? last_seen)),
    el('td', { role: 'cell', colspan: 4, class: 'rest' }),
  )
}

function cell(label: string, content: Node | string | null | false, kind = ''): HTMLElement {
  const empty = content === null || content === false || content === ''
  return el(
    'td',
    { role: 'cell', 'data-label': label, class: empty ? `${kind} none` : kind },
    empty ? '–' : content,
  )
}
