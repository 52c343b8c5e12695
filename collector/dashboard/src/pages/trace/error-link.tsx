import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import type { TracedError } from './moments.ts'

/** Leads to the group that an error belongs to; to what was searched for where several could be it. */
export function ErrorLink({ error: { service, type, message } }: { error: TracedError }): JSX.Element | null {
  const { data } = useRead('errors', { service, type: type.slice(0, 200), limit: 50 })
  if (!data || data.data.length === 0) return null
  const same = data.data.filter((group) => group.message === message)
  const only = same.length === 1 ? same[0] : data.data.length === 1 ? data.data[0] : undefined
  const to = only ? href(['errors', only.id]) : href(['errors'], { state: 'all', service, q: type })
  return (
    <a class="link" href={to} title={`${type}: ${message}`}>
      {only ? `error group, ${only.count} so far` : 'errors of this type'}
    </a>
  )
}
