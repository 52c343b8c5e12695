import type { HubEvent, Severity } from '@hubline/core/wire'
import { asInJson, fromSeverity, severityOf, type EventFilter, type ServedEvent } from '../store/events.ts'

type Check<Subject> = (subject: Subject) => boolean

/** What filters ask of an event; the payload, which may be large, is not kept. */
export type EventFacts = Omit<HubEvent, 'payload' | 'severity'> & { severity: Severity }

/** What was read of an event, once for all readers of the feed and for as long as it holds the event. */
interface Reading {
  facts?: EventFacts
  lowerCase?: string
}

const READ = new WeakMap<ServedEvent, Reading>()

/** Whether events pass a filter, as the store would say. What costs most is asked last. */
export function matcherOf(filter: EventFilter): Check<ServedEvent> {
  const { source, types, text } = filter
  const needle = text === undefined ? undefined : asInJson(text)
  const said = checksOf(filter)
  const checks: (Check<ServedEvent> | false)[] = [
    source !== undefined && ((served) => served.source === source),
    types !== undefined && ((served) => types.some((type) => isOfType(served, type))),
    said.length > 0 && ((served) => said.every((check) => check(factsOf(served)))),
    needle !== undefined && ((served) => lowerCaseOf(served).includes(needle)),
  ]
  const given = checks.filter((check) => check !== false)
  return (served) => given.every((check) => check(served))
}

function checksOf(filter: EventFilter): Check<EventFacts>[] {
  const { severities, minSeverity, tags = [], occurredFrom, occurredUntil } = filter
  const same = (name: 'priority' | 'env' | 'instance' | 'correlation_id' | 'trace_id', value?: string) =>
    value !== undefined && ((event: EventFacts) => event[name] === value)
  const atLeast = minSeverity && fromSeverity(minSeverity)
  const checks: (Check<EventFacts> | false)[] = [
    severities !== undefined && ((event) => severities.includes(event.severity)),
    atLeast !== undefined && ((event) => atLeast.includes(event.severity)),
    same('priority', filter.priority),
    same('env', filter.env),
    same('instance', filter.instance),
    same('correlation_id', filter.correlationId),
    same('trace_id', filter.traceId),
    tags.length > 0 && ((event) => tags.every((tag) => event.tags?.includes(tag) === true)),
    occurredFrom !== undefined && ((event) => Date.parse(event.occurred_at) >= occurredFrom),
    occurredUntil !== undefined && ((event) => Date.parse(event.occurred_at) < occurredUntil),
  ]
  return checks.filter((check) => check !== false)
}

function isOfType({ type }: ServedEvent, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}

function readingOf(served: ServedEvent): Reading {
  let reading = READ.get(served)
  if (!reading) READ.set(served, (reading = {}))
  return reading
}

/** What filters ask of an event, read once for all who ask. */
export function factsOf(served: ServedEvent): EventFacts {
  const reading = readingOf(served)
  if (!reading.facts) {
    const event = JSON.parse(served.json) as HubEvent
    const { payload: _, ...facts } = { ...event, severity: severityOf(event) }
    reading.facts = facts
  }
  return reading.facts
}

/** Without what the store has added, which is not searched there either. */
function lowerCaseOf(served: ServedEvent): string {
  const { json } = served
  return (readingOf(served).lowerCase ??= json.slice(0, json.lastIndexOf(',"received_at":')).toLowerCase())
}
