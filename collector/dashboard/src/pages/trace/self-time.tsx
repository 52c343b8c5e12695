import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { href, useQuery } from '../../app/router.ts'
import { ServiceName } from '../../components/service-name.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count, duration, percent } from '../../format/numbers.ts'
import type { Shares } from './critical-path.ts'
import type { PlacedSpan } from './tree.ts'

const MOST = 200

interface Operation {
  service: string
  name: string
  spans: number
  errors: number
  selfMs: number
  criticalMs: number
}

interface SelfTimeProps {
  id: string
  placed: readonly PlacedSpan[]
  shares: Shares
  lengthMs: number
}

/** Which operations the time of a trace went to, those it waited for most first. */
export function SelfTime({ id, placed, shares, lengthMs }: SelfTimeProps): JSX.Element {
  const [query] = useQuery()
  const sorted = query.get('sort') === 'self' ? 'self' : 'critical'
  const [, change] = useQuery()
  const operations = useMemo(() => operationsOf(placed, shares), [placed, shares])
  const by = sorted === 'self' ? 'selfMs' : 'criticalMs'
  const rows = operations.toSorted((a, b) => b[by] - a[by] || b.selfMs - a.selfMs).slice(0, MOST)
  const columns: Column<Operation>[] = [
    {
      title: 'Operation',
      cell: ({ service, name }) => (
        <a class="operation" href={href(['trace', id], { q: name })} data-row>
          <ServiceName name={service} />
          <span class="name">{name}</span>
        </a>
      ),
    },
    { title: 'Spans', number: true, cell: ({ spans }) => count(spans) },
    { title: 'Failed', number: true, cell: ({ errors }) => errors > 0 && <b class="bad">{count(errors)}</b> },
    { title: 'In itself', number: true, sort: 'self', cell: ({ selfMs }) => duration(selfMs) },
    {
      title: 'Critical path',
      number: true,
      sort: 'critical',
      cell: ({ criticalMs }) => criticalMs > 0 && duration(criticalMs),
    },
    {
      title: 'Of the trace',
      number: true,
      cell: ({ criticalMs }) => lengthMs > 0 && criticalMs > 0 && percent(Math.min(1, criticalMs / lengthMs)),
    },
  ]
  return (
    <section aria-label="Where the time went" class="part">
      <div class="bar">
        <p class="note">
          In itself: while no child ran. Critical path: while the end of the trace waited for it.
        </p>
      </div>
      <div class="panel">
        <Table
          label="Where the time went"
          columns={columns}
          rows={rows}
          rowKey={({ service, name }) => `${service}\n${name}`}
          sorted={sorted}
          onSort={(to) => change({ sort: to === 'critical' ? '' : to })}
        />
      </div>
    </section>
  )
}

function operationsOf(placed: readonly PlacedSpan[], { selfMs, critical }: Shares): Operation[] {
  const known = new Map<string, Operation>()
  for (const [index, { span }] of placed.entries()) {
    const { service, name, status } = span
    const key = `${service}\n${name}`
    const operation = known.get(key) ?? { service, name, spans: 0, errors: 0, selfMs: 0, criticalMs: 0 }
    known.set(key, operation)
    operation.spans++
    if (status.code === 'error') operation.errors++
    operation.selfMs += selfMs[index]!
    for (const { from, to } of critical.get(index) ?? []) operation.criticalMs += to - from
  }
  return [...known.values()]
}
