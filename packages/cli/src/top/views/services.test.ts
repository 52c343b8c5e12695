import { expect, test } from 'vitest'
import type { ServiceRow } from '../../rows/services.ts'
import type { Terminal } from '../../terminal.ts'
import { Board } from '../board.ts'
import { servicesView } from './services.ts'

const row = (name: string, state: string): ServiceRow => ({
  name,
  state,
  state_since: '2026-01-31T12:00:00Z',
  triage: { message: 'traffic, but it never sent a heartbeat' },
  env: 'production',
  version: '1.0.0',
  last_seen: '2026-01-31T12:00:00Z',
  instances_up: 1,
  requests: { calls_per_second: 1, error_ratio: 0, p95_ms: 12.5 },
})

test('services in trouble are at the top, and names stand whole while other columns can be cut', () => {
  const board = new Board()
  expect(servicesView.items(board)).toBeUndefined()
  board.services = [row('a-fine-service-name', 'up'), row('slow', 'late'), row('z-gone', 'crashed')]
  const items = servicesView.items(board)!
  const out = { isTTY: true, columns: 110, write: () => true }
  const terminal = { out, err: out, env: { NO_COLOR: '1' } } as unknown as Terminal
  const now = Date.parse('2026-01-31T13:00:00Z')
  const lines = servicesView.lines(items, { terminal, now })
  expect(lines.map((line) => line.split(/\s+/)[0])).toEqual([
    'SERVICE',
    'z-gone',
    'slow',
    'a-fine-service-name',
  ])
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(110)
})
