import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../packaging/places.ts'
import { absent, named, type Run, written } from './document.ts'
import { SCENARIOS } from './scenarios.ts'

const RUN: Run = {
  seed: 7,
  results: [
    {
      side: 'client',
      scenario: 'client-away/spool',
      generated: 3000,
      stored: 2990,
      dropped: { queue_full: 10, rejected: 0 },
      missing: 0,
      measured: { memory_growth_mib: 5, events_spooled: 2000 },
    },
    { scenario: 'client-many/no-jitter', by: '4 of 5 clients together' },
    {
      side: 'collector',
      scenario: 'collector-kill/load',
      kills: 2,
      generated: 40,
      stored: 40,
      missing: 0,
      measured: { accounts_off_by_rows: 0 },
    },
  ],
}

const SAMPLE = `It is fast.

<!-- figures of the run -->
<!-- until here -->

- It holds.

  <!-- figures of client-away/spool, client-many/no-jitter -->
  what an older run said
  <!-- until here -->

| a | <!-- figures of collector-kill/load --><!-- until here --> |

<!-- figures of all scenarios -->
<!-- until here -->

The end.
`

const WRITTEN = `It is fast.

<!-- figures of the run -->

> Seed 7: on the client's side 0 kills, 3,000 generated, 0 missing; on the collector's side 2 kills, 40 generated, 0 missing.

<!-- until here -->

- It holds.

  <!-- figures of client-away/spool, client-many/no-jitter -->

  > - collector away, 1,000 events/s, a spool: 3,000 events generated, 2,990 stored, 10 dropped (queue_full), 0 missing; memory growth 5 MiB, 2,000 events spooled
  > - a backoff without jitter: found out (4 of 5 clients together)

  <!-- until here -->

| a | <!-- figures of collector-kill/load -->kill -9 under load: 2 kills, 40 items generated, 40 stored, 0 missing; accounts off by 0 rows<!-- until here --> |

<!-- figures of all scenarios -->

| side | scenario | kills | generated | stored | dropped | missing |
| :-- | :-- | --: | --: | --: | :-- | --: |
| client | collector away, 1,000 events/s, a spool |  | 3,000 | 2,990 | queue_full 10 | 0 |
| client | all of these |  | 3,000 | 2,990 | queue_full 10 | 0 |
| collector | kill -9 under load | 2 | 40 | 40 |  | 0 |
| collector | all of these | 2 | 40 | 40 |  | 0 |

<!-- until here -->

The end.
`

it('puts the figures of a run between the markers, in place of those of the run before', () => {
  expect(written(SAMPLE, RUN)).toBe(WRITTEN)
  expect(written(WRITTEN, RUN)).toBe(WRITTEN)
  const next = written(WRITTEN, { ...RUN, seed: 8 })
  expect(next).toBe(WRITTEN.replace('Seed 7', 'Seed 8'))
})

it.each([
  [
    '<!-- figures of client-clock/jumps --><!-- until here -->',
    '"client-clock/jumps", of which the run has no',
  ],
  [
    '<!-- figures of client-clock/jumbs --><!-- until here -->',
    '"client-clock/jumbs", of which the run has no',
  ],
  [
    '<!-- figures of the run -->\n<!-- figures of all scenarios -->\n<!-- until here -->',
    '1 pairs of markers',
  ],
  ['text <!-- until here -->', '0 pairs of markers'],
])('does not write %j', (document, message) => {
  expect(() => written(document, RUN)).toThrow(message)
})

it('knows which scenarios a run left out', () => {
  const left = absent(RUN.results)
  expect(left).toContain('client-clock/jumps')
  expect(left).not.toContain('client-away/spool')
  expect(left).toHaveLength(Object.keys(SCENARIOS).length - RUN.results.length)
})

it('has a place in the documents for each scenario, and no other', async () => {
  const namesIn = async (document: string) => named(await readFile(join(REPOSITORY, document), 'utf8'))
  const [delivery, collector] = await Promise.all([namesIn('docs/delivery.md'), namesIn('docs/collector.md')])
  const scenarios = Object.keys(SCENARIOS)
  const ofCollector = scenarios.filter((name) => name.startsWith('collector-'))
  const ofClient = scenarios.filter((name) => !name.startsWith('collector-'))
  expect(delivery.toSorted()).toEqual([...ofClient, 'the run', 'all scenarios'].toSorted())
  expect(collector.toSorted()).toEqual(ofCollector.toSorted())
})

it('has scenarios of each suite that keeps an account', async () => {
  const folder = join(REPOSITORY, 'test/faults')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  const suites = files.filter((_, index) => /^import .* from '\.\/account\.ts'/m.test(texts[index]!))
  const named = Object.keys(SCENARIOS).map((name) => `${name.split('/')[0]}.test.ts`)
  expect([...new Set(named)].toSorted()).toEqual(suites.toSorted())
})
