import { expect, it } from 'vitest'
import { table } from './table.ts'

it('shows each scenario, a sum for each side, and the defects that were found out', () => {
  const text = table([
    {
      side: 'collector',
      scenario: 'collector-kill/load',
      kills: 3,
      generated: 30,
      stored: 28,
      dropped: { refused: 2 },
      missing: 0,
    },
    {
      side: 'client',
      scenario: 'client-away/refusing',
      generated: 7,
      stored: 6,
      dropped: { queue_full: 1, rejected: 0 },
      missing: 0,
    },
    { scenario: 'client-many/no-jitter', by: '4 together' },
    { side: 'client', scenario: 'client-kill/spooling', kills: 1, generated: 9, stored: 7, missing: 2 },
  ])
  expect(text.split('\n')).toEqual([
    'side       scenario              kills  generated  stored  dropped       missing',
    'client     503 to 70 %                          7       6  queue_full 1        0',
    'client     kill -9 with a spool      1          9       7                      2',
    'client     all of these              1         16      13  queue_full 1        2',
    'collector  kill -9 under load        3         30      28  refused 2           0',
    'collector  all of these              3         30      28  refused 2           0',
    'a backoff without jitter: found out (4 together)',
  ])
})
