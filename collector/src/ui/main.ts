import type { StoredEvent } from './api.ts'
import { byId } from './dom.ts'
import { feed } from './feed.ts'
import type { Poll } from './poll.ts'
import { parseRoute, type Route } from './route.ts'
import { servicesPanel } from './services.ts'
import { keepTimesTrue } from './time.ts'
import { totals } from './totals.ts'
import { openTrace } from './trace.ts'
import { tracesPanel } from './traces.ts'

const services = servicesPanel()
const traces = tracesPanel()
const events = feed(heard)
let trace: { id: string; reading: Poll } | undefined
let source: string | undefined | null = null

/** An event tells that what the panels show has changed. */
function heard(event: StoredEvent): void {
  services.poke()
  if (event.trace_id === undefined) return
  traces.poke()
  if (event.trace_id === trace?.id) trace.reading.poke()
}

function show(route: Route): void {
  trace?.reading.stop()
  trace = undefined
  byId('overview').hidden = route.view === 'trace'
  byId('trace').hidden = route.view !== 'trace'
  if (route.view === 'trace') {
    trace = { id: route.id, reading: openTrace(route.id) }
    traces.open(route.id)
    scrollTo(0, 0)
  } else {
    document.title = route.service === undefined ? 'Hubline' : `${route.service}, Hubline`
    traces.open(undefined)
    follow(route.service)
  }
  // A page opened at a trace follows all events meanwhile.
  if (source === null) follow(undefined)
}

function follow(service: string | undefined): void {
  if (service === source) return
  source = service
  services.choose(service)
  traces.choose(service)
  events.choose(service)
}

addEventListener('hashchange', () => show(parseRoute(location.hash)))
show(parseRoute(location.hash))
keepTimesTrue()
totals()
