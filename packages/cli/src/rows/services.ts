import { ago, duration } from '../moments.ts'
import type { Table } from '../table.ts'
import type { Style } from '../terminal.ts'

const STATES: Record<string, Style> = {
  up: 'green',
  late: 'yellow',
  silent: 'red',
  crashed: 'red',
  stopped: 'dim',
  unknown: 'dim',
}

export interface Instance {
  instance: string | null
  state: string
  state_since: string | null
  env: string | null
  version: string | null
  host: string | null
  last_seen: string
  last_heartbeat: string | null
}

/** What a line of a table says of a service. */
export interface ServiceRow {
  name: string
  state: string
  state_since: string | null
  triage: { message: string }
  env: string | null
  version: string | null
  last_seen: string
  instances_up: number
  /** Of the last hour; null where it took none, absent where it was not asked for. */
  requests?: { calls_per_second: number; error_ratio: number; p95_ms: number | null } | null
}

export interface Service extends ServiceRow {
  instances: Instance[]
}

const HEAD = ['SERVICE', 'STATE', 'SINCE', 'ENV', 'VERSION', 'UP']
const REQUESTS_HEAD = ['REQ/S', 'FAILED', 'P95']
const HEAD_END = ['LAST SEEN', 'SIGNS']

export function servicesTable(services: readonly ServiceRow[], now: number): Table {
  const withRequests = services.some(({ requests }) => requests !== undefined)
  return {
    head: withRequests ? [...HEAD, ...REQUESTS_HEAD, ...HEAD_END] : [...HEAD, ...HEAD_END],
    rows: services.map((service) => ({
      cells: [
        service.name,
        service.state,
        ago(service.state_since, now),
        service.env ?? '–',
        service.version ?? '–',
        String(service.instances_up),
        ...(withRequests ? requestCells(service) : []),
        ago(service.last_seen, now),
        service.triage.message,
      ],
      styles: { ...stateStyle(service.state), ...((service.requests?.error_ratio ?? 0) > 0 && { 7: 'red' }) },
    })),
  }
}

function requestCells({ requests }: ServiceRow): string[] {
  if (!requests) return ['–', '–', '–']
  const { calls_per_second, error_ratio, p95_ms } = requests
  return [
    calls_per_second.toFixed(calls_per_second < 10 ? 1 : 0),
    `${(100 * error_ratio).toFixed(1)} %`,
    p95_ms === null ? '–' : duration(p95_ms),
  ]
}

export function instancesTable(instances: readonly Instance[], now: number): Table {
  return {
    head: ['INSTANCE', 'STATE', 'SINCE', 'ENV', 'VERSION', 'HOST', 'HEARTBEAT', 'LAST SEEN'],
    rows: instances.map((each) => ({
      cells: [
        each.instance ?? '–',
        each.state,
        ago(each.state_since, now),
        each.env ?? '–',
        each.version ?? '–',
        each.host ?? '–',
        ago(each.last_heartbeat, now),
        ago(each.last_seen, now),
      ],
      styles: stateStyle(each.state),
    })),
  }
}

function stateStyle(state: string): Record<number, Style> {
  const style = STATES[state]
  return style ? { 1: style } : {}
}
