import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'

/** What the published vocabulary says of an event, and where the event does not keep to it. Nothing where none is published. */
export function Contract({ id, source }: { id: string; source: string }): JSX.Element | null {
  const { data } = useRead('hub/events/{id}/schema', { id, source })
  if (!data?.definition) return null
  const { system, revision, type, version, summary, schema } = data.definition
  const violations = Object.entries(data.violations)
  return (
    <section class="contract" aria-label="Vocabulary">
      <p>
        <b class={violations.length > 0 ? 'warn' : 'good'}>
          {violations.length > 0 ? 'does not keep to its schema' : 'keeps to its schema'}
        </b>{' '}
        <span class="quiet">
          {type} version {version} of {system}, revision {revision}
          {summary !== undefined && `: ${summary}`}
        </span>
      </p>
      {violations.length > 0 && (
        <dl>
          {violations.map(([path, said]) => (
            <div key={path}>
              <dt>{path}</dt>
              <dd class="warn">{said.join(', ')}</dd>
            </div>
          ))}
        </dl>
      )}
      <details>
        <summary>Schema</summary>
        <pre tabIndex={0}>{JSON.stringify(schema, undefined, 2)}</pre>
      </details>
    </section>
  )
}
