import type { JSX } from 'preact'
import { Panel } from '../../components/panel.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { bytes, count, duration } from '../../format/numbers.ts'
import { Ago } from '../../format/time.tsx'
import { SIGNALS, type Signal, type Stats } from './rates.ts'

interface Row {
  signal: Signal
  stored: number
  kept: Stats['signals'][Signal]
  age: number
  bytes: number | null
}

/** What is kept of each signal, how long, and what retention has given up. */
export function Kept({ stats }: { stats: Stats }): JSX.Element {
  const { retention, stored, signals } = stats
  const rows = SIGNALS.map((signal): Row => {
    const own = retention.signals[signal]
    return {
      signal,
      stored: stored[signal],
      kept: signals[signal],
      age: own?.age_ms ?? retention.age_ms,
      bytes: own?.bytes ?? null,
    }
  })
  return (
    <Panel title="Kept" note="HUBLINE_RETENTION and HUBLINE_RETENTION_BYTES set the limits">
      <Table label="Kept" columns={COLUMNS} rows={rows} rowKey={({ signal }) => signal} />
    </Panel>
  )
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Signal', cell: ({ signal }) => <b>{signal}</b> },
  { title: 'Items', number: true, cell: ({ stored }) => count(stored) },
  { title: 'On disk', number: true, cell: ({ kept }) => bytes(kept.bytes) },
  { title: 'Parts', number: true, cell: ({ kept }) => count(kept.parts) },
  { title: 'Oldest', cell: ({ kept }) => kept.oldest && <Ago at={kept.oldest} /> },
  { title: 'Newest', cell: ({ kept }) => kept.newest && <Ago at={kept.newest} /> },
  {
    title: 'Limit',
    cell: ({ age, bytes: most }) => `${duration(age)}${most === null ? '' : `, ${bytes(most)}`}`,
  },
  {
    title: 'Given up by retention',
    cell: ({ kept: { removed } }) =>
      removed.items > 0 && (
        <>
          {count(removed.items)} items, {bytes(removed.bytes)}
        </>
      ),
  },
]
