import { ago } from '../moments.ts'
import type { Table } from '../table.ts'
import type { Style } from '../terminal.ts'

const STATES: Record<string, Style> = { open: 'red', regressed: 'red', resolved: 'green', muted: 'dim' }

export interface ErrorGroup {
  id: string
  service: string
  type: string
  message: string
  culprit: string | null
  state: string
  count: number
  last_seen: string
}

export function errorsTable(groups: readonly ErrorGroup[], now: number): Table {
  return {
    head: ['SERVICE', 'STATE', 'COUNT', 'LAST SEEN', 'ERROR'],
    rows: groups.map((group) => ({
      cells: [
        group.service,
        group.state,
        String(group.count),
        ago(group.last_seen, now),
        group.type === '' ? group.message : `${group.type}: ${group.message}`,
      ],
      styles: STATES[group.state] ? { 1: STATES[group.state]! } : {},
    })),
  }
}
