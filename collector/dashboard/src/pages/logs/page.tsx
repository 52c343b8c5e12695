import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { useKeys } from '../../app/keys.ts'
import { href, useQuery } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Icon } from '../../components/icons.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { counted } from '../../format/numbers.ts'
import { fullTime, When } from '../../format/time.tsx'
import { zone } from '../../app/preferences.ts'
import { LogFacets } from './log-facets.tsx'
import { iso, RANGES, useFilter, type LogRecord } from './filter.ts'
import { Histogram } from './histogram.tsx'
import { RecordSheet, textOf } from './record.tsx'
import { toneOf } from './severity.ts'
import { useLogs } from './use-logs.ts'
import './logs.css'

const ROW = 28
const COUNT_MS = 5000
const OTHERS = ['trace_id', 'span_id', 'instance', 'env'] as const

/** The log records of all services: searched, counted over time, and followed as they come. */
export default function LogsPage(): JSX.Element {
  const [query, change] = useQuery()
  const filtering = useFilter()
  const { filter, range, since, until, attributes, isFiltered, toggleAttribute } = filtering
  const isFollowing = query.get('follow') === '1' && until === undefined
  const { records, isRead, hasMore, searchedUntil, error, more } = useLogs(filter, isFollowing)
  const every = isFollowing ? { everyMs: COUNT_MS } : {}
  const histogram = useRead('logs/histogram', filter, every)
  const opened = query.get('record') ?? ''
  const openedIndex = records.findIndex(({ id }) => id === opened)
  const follow = () => change({ follow: isFollowing ? '' : '1', since: '', until: '' })
  const open = (id: string) => change({ record: id }, { replace: opened !== '' })
  useKeys([{ keys: 'f', label: isFollowing ? 'Stop following' : 'Follow', run: follow }])

  return (
    <Panel
      title="Logs"
      note={histogram.data && counted(totalOf(histogram.data), 'record')}
      bare
      class="logs"
      actions={
        <button type="button" aria-pressed={isFollowing} onClick={follow}>
          <Icon name={isFollowing ? 'pause' : 'play'} />
          {isFollowing ? 'Following' : 'Follow'}
        </button>
      }
    >
      <div class="filters">
        <SearchField
          label="Search body, event name and attributes"
          placeholder={'timeout "connection refused" pay* -retry'}
        />
        <Dropdown
          label="Over"
          value={range}
          set={(value) => change({ range: value, since: '', until: '' })}
          options={range === '' ? [{ value: '', label: 'the chosen range' }, ...RANGES] : RANGES}
        />
        {OTHERS.filter((name) => query.has(name)).map((name) => (
          <button key={name} type="button" title={`Without ${name}`} onClick={() => change({ [name]: '' })}>
            {name} {query.get(name)}
            <Icon name="close" />
          </button>
        ))}
        {attributes.map((pair) => (
          <button
            key={pair}
            type="button"
            title="Without this attribute"
            onClick={() => toggleAttribute(pair)}
          >
            {pair}
            <Icon name="close" />
          </button>
        ))}
      </div>
      <Problem error={error ?? histogram.error} />
      {histogram.data && (
        <Histogram
          histogram={histogram.data}
          since={since}
          until={until ?? Math.max(Date.now(), since + 1)}
          onSelect={(from, to) => change({ since: iso(from), until: iso(to), range: '', follow: '' })}
        />
      )}
      {(histogram.data?.cut || searchedUntil !== null) && (
        <p class="nothing">
          There is more than one request may read: the newest are counted
          {searchedUntil !== null &&
            `, and searched back to ${fullTime(Date.parse(searchedUntil), zone.get())}`}
          .
        </p>
      )}
      <div class="sides">
        <LogFacets
          filter={filter}
          isFollowing={isFollowing}
          attributes={attributes}
          toggle={toggleAttribute}
        />
        <div class="panel">
          {isRead && records.length === 0 && !error ? (
            <Nothing isFiltered={isFiltered} />
          ) : (
            <VirtualList
              label="Log records"
              items={records}
              itemKey={({ id }) => id}
              rowHeight={ROW}
              height="max(320px, calc(100vh - 250px))"
              opened={openedIndex}
              onOpen={({ id }) => open(id)}
              render={(record, index) => (
                <>
                  <Row record={record} />
                  {hasMore && index === records.length - 1 && (
                    <Sentinel key={records.length} reached={more} />
                  )}
                </>
              )}
            />
          )}
        </div>
      </div>
      {opened !== '' && (
        <RecordSheet id={opened} close={() => change({ record: '' })} open={open} filter={toggleAttribute} />
      )}
    </Panel>
  )
}

function Row({ record }: { record: LogRecord }): JSX.Element {
  const { time, service, severity, trace_id } = record
  return (
    <div class={`log ${toneOf(severity)}`}>
      <When at={time} />
      <span class="severity">{severity ?? '–'}</span>
      <ServiceName name={service} />
      <span class="said">{textOf(record)}</span>
      {trace_id === null ? (
        <span />
      ) : (
        <a
          class="link"
          tabIndex={-1}
          href={href(['trace', trace_id])}
          onClick={(event) => event.stopPropagation()}
        >
          trace
        </a>
      )}
    </div>
  )
}

/** Asks for more as soon as the last row comes into sight. */
function Sentinel({ reached }: { reached: () => void }): null {
  useEffect(reached, [])
  return null
}

function totalOf({ data }: { data: readonly { total: number }[] }): number {
  return data.reduce((sum, { total }) => sum + total, 0)
}

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <EmptyState title="No record is like that">A longer range may have some.</EmptyState>
  return (
    <EmptyState
      title="No log records in this time"
      steps={[
        {
          say: 'Requests, errors and lifecycle are logged by themselves once a service has this in its environment:',
          line: `HUB_API_URL=${location.origin}`,
        },
        {
          say: 'Any OpenTelemetry SDK sends its logs here with:',
          line: `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} OTEL_LOGS_EXPORTER=otlp`,
        },
      ]}
    />
  )
}
