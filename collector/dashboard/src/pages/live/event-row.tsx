import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { href } from '../../app/router.ts'
import { Facts } from '../../components/facts.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { summarise } from '../../events/summary.ts'
import { oneLine } from '../../format/json.ts'
import { When } from '../../format/time.tsx'
import type { StoredEvent } from '../../live/protocol.ts'
import { Contract } from './contract.tsx'
import './event-row.css'

/** One event on a line, which opens to all that it says. */
export function EventRow({ event }: { event: StoredEvent }): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const { occurred_at, source, type, payload, severity, priority, trace_id } = event
  const said = summarise(type, payload, severity)
  const isUrgent = priority === 'high' || priority === 'critical'
  return (
    <li class={`event is-${said.tone}`}>
      <div class="line">
        <button type="button" data-row aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <When at={occurred_at} />
          <ServiceName name={source} />
          <span class="type" title={type}>
            {type}
          </span>
          <span class={`said ${said.tone}`}>
            {isUrgent && <span class="chip">{priority}</span>}
            {said.text}
          </span>
          <Facts facts={said.facts} />
        </button>
        {trace_id === undefined ? (
          <span />
        ) : (
          <a class="link" href={href(['trace', trace_id])} title={`Trace ${trace_id}`}>
            trace
          </a>
        )}
      </div>
      {isOpen && <EventDetails event={event} />}
    </li>
  )
}

const SHOWN_ELSEWHERE = ['payload', 'type', 'source', 'trace_id', 'correlation_id', 'cursor', 'violations']

function EventDetails({ event }: { event: StoredEvent }): JSX.Element {
  const { payload, trace_id, correlation_id, source } = event
  const rest = Object.entries(event).filter(([name]) => !SHOWN_ELSEWHERE.includes(name))
  return (
    <div class="details">
      <dl>
        {Object.entries(payload).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{oneLine(value)}</dd>
          </div>
        ))}
      </dl>
      <dl class="about">
        <div>
          <dt>service</dt>
          <dd>
            <a class="link" href={href(['service', source])}>
              {source}
            </a>
          </dd>
        </div>
        {trace_id !== undefined && (
          <div>
            <dt>trace</dt>
            <dd>
              <a class="link" href={href(['trace', trace_id])}>
                {trace_id}
              </a>
            </dd>
          </div>
        )}
        {correlation_id !== undefined && (
          <div>
            <dt>correlation</dt>
            <dd>
              <a class="link" href={href(['correlation', correlation_id])}>
                {correlation_id}
              </a>
            </dd>
          </div>
        )}
        {rest.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{oneLine(value)}</dd>
          </div>
        ))}
      </dl>
      <Contract id={event.id} source={source} />
    </div>
  )
}
