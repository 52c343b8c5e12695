import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { summarise, type Summary } from '../../events/summary.ts'
import { isText, oneLine, type Fields } from '../../format/json.ts'
import { duration } from '../../format/numbers.ts'
import { fullTime } from '../../format/time.tsx'
import { zone } from '../../app/preferences.ts'
import { useStore } from '../../app/store.ts'
import type { Detail } from './groups.ts'
import './story.css'

interface Moment {
  key: string
  at: number
  kind: string
  said: Summary
  traceId: string | undefined
}

/** What the instance of the example did and said in the hour before it, as it went; the error is the last line. */
export function Story({ group }: { group: Detail }): JSX.Element | null {
  const { data, error, again } = useRead('errors/{id}/before', { id: group.id, limit: 30 })
  const zoneNow = useStore(zone)
  if (data?.instance === null) return null
  const end = data && Date.parse(data.at)
  const moments = data?.data.map(momentOf).toReversed() ?? []
  return (
    <Panel title="What happened before it" note={data && `in ${data.instance}`}>
      <Problem error={error} again={again} />
      {data && moments.length === 0 && (
        <p class="nothing">Nothing was told by this instance in the hour before.</p>
      )}
      {end !== undefined && moments.length > 0 && (
        <ol class="story" aria-label="What happened before it">
          {moments.map(({ key, at, kind, said, traceId }) => (
            <li key={key} class={`is-${said.tone}`}>
              <time dateTime={new Date(at).toISOString()} title={fullTime(at, zoneNow)}>
                {at < end ? `−${duration(end - at)}` : '0 ms'}
              </time>
              <span class="type">{kind}</span>
              <span class={`said ${said.tone}`}>{said.text}</span>
              <Facts facts={said.facts} />
              {traceId === undefined ? (
                <span />
              ) : (
                <a class="link" href={href(['trace', traceId])}>
                  {traceId === group.example?.trace_id ? 'same trace' : 'trace'}
                </a>
              )}
            </li>
          ))}
          <li class="is-bad itself">
            <time dateTime={new Date(end).toISOString()} title={fullTime(end, zoneNow)}>
              0 ms
            </time>
            <span class="type">the error</span>
            <span class="said bad">{oneLine(group.example?.message ?? group.message)}</span>
          </li>
        </ol>
      )}
    </Panel>
  )
}

function momentOf(each: { kind: string; at: string; event?: object; log?: object }): Moment {
  const fields = (each.event ?? each.log ?? {}) as Fields
  const traceId = isText(fields['trace_id']) ? fields['trace_id'] : undefined
  const common = { key: `${each.kind} ${String(fields['id'])}`, at: Date.parse(each.at), traceId }
  if (each.kind === 'event') {
    const type = String(fields['type'])
    const severity = isText(fields['severity']) ? fields['severity'] : undefined
    return { ...common, kind: type, said: summarise(type, fields['payload'] as Fields, severity) }
  }
  const number = Number(fields['severity_number'])
  const tone = number >= 17 ? 'bad' : number >= 13 ? 'warn' : 'plain'
  const text = oneLine(fields['body'] ?? fields['event_name'] ?? '')
  return {
    ...common,
    kind: `log ${String(fields['severity'] ?? '')}`.trim(),
    said: { text, tone, facts: [] },
  }
}
