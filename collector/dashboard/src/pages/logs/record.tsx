import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { useKeys } from '../../app/keys.ts'
import { href } from '../../app/router.ts'
import { Icon } from '../../components/icons.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { oneLine } from '../../format/json.ts'
import { duration } from '../../format/numbers.ts'
import { When } from '../../format/time.tsx'
import { pairOf, type LogRecord } from './filter.ts'
import { toneOf } from './severity.ts'
import './record.css'

const AROUND = 12

interface SheetProps {
  id: string
  close: () => void
  open: (id: string) => void
  /** Adds an attribute to the filter. */
  filter: (pair: string) => void
}

/** One record with all it says, and what its instance told around it. */
export function RecordSheet({ id, close, open, filter }: SheetProps): JSX.Element {
  const { data, error, again } = useRead('logs/{id}/context', { id, before: AROUND, after: AROUND })
  useKeys([{ keys: 'Escape', label: 'Close the record', run: close }])
  return (
    <aside class="sheet" aria-label="Log record">
      <header>
        <h2>Log record</h2>
        <button type="button" aria-label="Close the record" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="content" tabIndex={0}>
        <Problem error={error} again={again} />
        {data && <Told record={data.record} filter={filter} />}
        {data && (
          <section>
            <h3>In the same instance, around it</h3>
            <ol class="around" aria-label="Around it">
              {[...data.before, data.record, ...data.after].map((each) => (
                <li
                  key={each.id}
                  class={toneOf(each.severity)}
                  aria-current={each.id === data.record.id ? 'true' : undefined}
                >
                  <button type="button" onClick={() => open(each.id)}>
                    <span class="distance">{distance(each, data.record)}</span>
                    <span class="said">{textOf(each)}</span>
                  </button>
                </li>
              ))}
            </ol>
          </section>
        )}
      </div>
    </aside>
  )
}

function Told({ record, filter }: { record: LogRecord; filter: (pair: string) => void }): JSX.Element {
  const { time, service, severity, severity_text, instance, env, event_name, trace_id, span_id, scope } =
    record
  const body =
    typeof record.body === 'string' ? record.body : (JSON.stringify(record.body, undefined, 2) ?? '')
  const facts: [string, JSX.Element | string | null][] = [
    ['time', <When key="time" at={time} />],
    ['severity', severity_text === '' ? severity : severity_text],
    ['event name', event_name],
    ['instance', instance],
    ['environment', env],
    ['scope', [scope.name, scope.version].filter(Boolean).join(' ')],
    [
      'trace',
      trace_id && (
        <a class="link" href={href(['trace', trace_id], { tab: 'logs', span: span_id ?? undefined })}>
          {trace_id}
        </a>
      ),
    ],
    ['span', span_id],
  ]
  return (
    <>
      <p class="whose">
        <a href={href(['service', service])}>
          <ServiceName name={service} />
        </a>
        <b class={`severity ${toneOf(severity)}`}>{severity}</b>
      </p>
      <pre class="body" tabIndex={0}>
        {body || event_name}
      </pre>
      <dl>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <Attributes title="Attributes" prefix="" attributes={record.attributes} filter={filter} />
      <Attributes
        title="Resource"
        prefix="resource."
        attributes={record.resource.attributes}
        filter={filter}
      />
    </>
  )
}

interface AttributesProps {
  title: string
  prefix: string
  attributes: Record<string, unknown>
  filter: (pair: string) => void
}

function Attributes({ title, prefix, attributes, filter }: AttributesProps): JSX.Element | null {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {entries.map(([key, value]) => {
          const pair = pairOf(`${prefix}${key}`, value)
          return (
            <div key={key}>
              <dt>{key}</dt>
              <dd>
                {pair === undefined ? (
                  oneLine(value)
                ) : (
                  <button
                    type="button"
                    class="value"
                    title={`Only with this ${key}`}
                    onClick={() => filter(pair)}
                  >
                    {oneLine(value)}
                  </button>
                )}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

/** A record on one line. */
export function textOf({ body, event_name, attributes }: LogRecord): string {
  const message = attributes['exception.message']
  const text = oneLine(body ?? '')
  return text || [event_name, message && oneLine(message)].filter(Boolean).join('  ')
}

function distance(record: LogRecord, from: LogRecord): string {
  const ms = Number(BigInt(record.time_unix_nano) - BigInt(from.time_unix_nano)) / 1e6
  return ms > 0 ? `+${duration(ms)}` : duration(ms)
}
