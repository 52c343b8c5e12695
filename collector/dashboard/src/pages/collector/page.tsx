import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, read } from '../../api/client.ts'
import { poll } from '../../api/poll.ts'
import { tellConnection, tellFailure } from '../../app/connection.ts'
import { Chart } from '../../components/chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { bytes, count, duration, rate } from '../../format/numbers.ts'
import { Ago, Lasting } from '../../format/time.tsx'
import { Drops } from './drops.tsx'
import { Kept } from './kept.tsx'
import { Rates, SIGNALS, type Stats } from './rates.ts'
import { Tokens } from './tokens.tsx'
import './collector.css'

const EVERY_MS = 2000
const COLOURS = { events: 'accent', spans: 'service-2', logs: 'service-1', metrics: 'service-3' } as const

/** The collector about itself: what comes in, what waits, what was not taken, what is kept, and who may. */
export default function CollectorPage(): JSX.Element {
  const rates = useRef(new Rates())
  const [stats, setStats] = useState<Stats>()
  const [error, setError] = useState<Error>()
  useEffect(() => {
    const stop = new AbortController()
    const polling = poll(async () => {
      try {
        const found = await read('stats', {}, stop.signal)
        tellConnection({ answers: true })
        rates.current.add(found, Date.now())
        setError(undefined)
        setStats(found)
      } catch (reason) {
        if (reason instanceof ApiError && reason.status === 403) polling.stop()
        if (!stop.signal.aborted && tellFailure(reason)) setError(reason as Error)
      }
    }, EVERY_MS)
    return () => {
      stop.abort()
      polling.stop()
    }
  }, [])
  return (
    <article class="collector">
      <div class="bar">
        <h2>Collector</h2>
        {stats && (
          <p class="note">
            up for <Lasting since={stats.since_start.since} />
          </p>
        )}
      </div>
      <Problem error={error} />
      {stats && (
        <>
          <Figures stats={stats} rates={rates.current} />
          <Intake rates={rates.current} />
          <Kept stats={stats} />
          <Drops stats={stats} />
        </>
      )}
      <Tokens />
    </article>
  )
}

function Figures({ stats, rates }: { stats: Stats; rates: Rates }): JSX.Element {
  const { since_start, disk_bytes, retention, queue } = stats
  const last = rates.samples.at(-1)
  const all = (of: Record<string, number>) => SIGNALS.reduce((sum, signal) => sum + (of[signal] ?? 0), 0)
  const lost =
    Object.values(since_start.rejected).reduce((sum, each) => sum + each, 0) +
    Object.values(since_start.refused).reduce(
      (sum, reasons) => sum + Object.values(reasons).reduce((all, each) => all + each, 0),
      0,
    )
  const figures = [
    { name: 'comes in', told: last ? rate(all(last.perSecond)) : '–' },
    { name: 'taken since it started', told: count(all(since_start.accepted)) },
    { name: 'waits for its commit', told: bytes(queue.bytes) },
    { name: 'rejected and refused', told: count(lost), tone: lost > 0 ? 'warn' : '' },
    { name: `on disk, of ${bytes(retention.bytes)} at most`, told: bytes(disk_bytes) },
    { name: 'kept for', told: duration(retention.age_ms) },
  ]
  return (
    <dl class="figures">
      {figures.map(({ name, told, tone }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={tone}>{told}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What comes in, by signal, since the page was opened. */
function Intake({ rates }: { rates: Rates }): JSX.Element {
  const { samples } = rates
  const series = SIGNALS.map((signal) => ({
    label: signal,
    values: samples.map(({ perSecond }) => perSecond[signal]),
    colour: COLOURS[signal],
  }))
  const times = samples.map(({ at }) => at)
  const queued = [{ label: 'waits', values: samples.map(({ queued }) => queued), colour: 'warn', area: true }]
  const since = times[0]
  const note =
    since === undefined ? (
      'measured while this page is open'
    ) : (
      <>
        since <Ago at={since} />
      </>
    )
  return (
    <div class="even">
      <Panel title="Comes in" note={note}>
        <Chart label="Items a second by signal" times={times} series={series} format={rate} height={160} />
      </Panel>
      <Panel title="Queue" note="bytes that wait for their commit">
        <Chart label="Bytes in the queue" times={times} series={queued} format={bytes} height={160} />
      </Panel>
    </div>
  )
}
