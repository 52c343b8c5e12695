import { ago } from '../moments.ts'
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

export interface Service {
  name: string
  state: string
  state_since: string | null
  triage: { message: string }
  env: string | null
  version: string | null
  last_seen: string
  instances_up: number
  instances: Instance[]
}

export function servicesTable(services: readonly Service[], now: number): Table {
  return {
    head: ['SERVICE', 'STATE', 'SINCE', 'ENV', 'VERSION', 'UP', 'LAST SEEN', 'SIGNS'],
    rows: services.map(({ name, state, state_since, env, version, instances_up, last_seen, triage }) => ({
      cells: [
        name,
        state,
        ago(state_since, now),
        env ?? '–',
        version ?? '–',
        String(instances_up),
        ago(last_seen, now),
        triage.message,
      ],
      styles: stateStyle(state),
    })),
  }
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
