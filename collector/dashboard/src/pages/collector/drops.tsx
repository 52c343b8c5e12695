import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { read, type Answer } from '../../api/client.ts'
import { tellFailure } from '../../app/connection.ts'
import { href } from '../../app/router.ts'
import { Panel } from '../../components/panel.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count } from '../../format/numbers.ts'
import type { Stats } from './rates.ts'

interface Row {
  source: string
  isService: boolean
  where: string
  reason: string
  amount: number
}

const EVERY_MS = 15_000
/** Between two looks at least so many times as long as one took. */
const REST = 20

/** What did not get here and why: refused or rejected by the collector, or dropped by a service before it was sent. */
export function Drops({ stats }: { stats: Stats }): JSX.Element {
  const { rejected, refused, duplicates, expired } = stats.since_start
  const ofServices = useDeclared()
  const rows: Row[] = [
    ...Object.entries(refused).flatMap(([source, reasons]) =>
      Object.entries(reasons).map(([reason, amount]) => ({
        source,
        isService: !source.startsWith('('),
        where: 'requests refused by the collector',
        reason,
        amount,
      })),
    ),
    ...Object.entries(rejected).map(([reason, amount]) => ({
      source: 'all',
      isService: false,
      where: 'items rejected by the collector',
      reason,
      amount,
    })),
    ...ofServices,
  ].toSorted((a, b) => b.amount - a.amount)
  const notes = [
    duplicates > 0 && `${count(duplicates)} events came again and were stored once`,
    expired > 0 && `${count(expired)} were older than what is kept`,
  ].filter(Boolean)
  return (
    <Panel title="Not stored" note={notes.join('; ') || undefined}>
      {rows.length === 0 ? (
        <p class="nothing">Nothing was refused, rejected or dropped.</p>
      ) : (
        <Table
          label="Not stored"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ source, where, reason }) => JSON.stringify([source, where, reason])}
        />
      )}
    </Panel>
  )
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Source',
    cell: ({ source, isService }) =>
      isService ? (
        <a href={href(['service', source])} data-row>
          <ServiceName name={source} />
        </a>
      ) : (
        <span class="quiet">{source}</span>
      ),
  },
  { title: 'Reason', cell: ({ reason }) => <b>{reason.replaceAll('_', ' ')}</b> },
  { title: 'Where', cell: ({ where }) => where },
  { title: 'How many', number: true, cell: ({ amount }) => count(amount) },
]

/** What services said in their heartbeats that they had to drop, and what never came. */
function useDeclared(): Row[] {
  const [rows, setRows] = useState<Row[]>([])
  useEffect(() => {
    const stop = new AbortController()
    const readAll = async () => {
      try {
        const { data } = await read('services', {}, stop.signal)
        const all: Row[] = []
        // One after the other: this page is no reason for the collector to work hard.
        for (const { name } of data)
          all.push(...rowsOf(name, await read('services/{name}/delivery', { name }, stop.signal)))
        setRows(all)
      } catch (error) {
        if (!stop.signal.aborted) tellFailure(error)
      }
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const run = async () => {
      const began = performance.now()
      if (!document.hidden) await readAll()
      if (!stop.signal.aborted)
        timer = setTimeout(() => void run(), Math.max(EVERY_MS, REST * (performance.now() - began)))
    }
    void run()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [])
  return rows
}

function rowsOf(source: string, { totals }: Answer<'services/{name}/delivery'>): Row[] {
  const common = { source, isService: true }
  const dropped = Object.entries(totals.dropped).map(([reason, amount]) => {
    return { ...common, where: 'events dropped by the service', reason, amount }
  })
  const missing = { ...common, where: 'events that never came', reason: 'missing', amount: totals.missing }
  return [...dropped, missing].filter(({ amount }) => amount > 0)
}
