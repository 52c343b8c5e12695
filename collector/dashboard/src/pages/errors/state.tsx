import type { JSX } from 'preact'
import { Ago } from '../../format/time.tsx'
import { TONES, type Group } from './groups.ts'

/** A group's state in a word. */
export function State({ state }: Pick<Group, 'state'>): JSX.Element {
  return <b class={`error-state ${TONES[state]}`}>{state}</b>
}

/** A group's state with what was decided: since when, in which version, until when. */
export function StateSentence({ group }: { group: Group }): JSX.Element {
  const { state, state_since, resolved_in, muted_until, muted_until_count, count } = group
  return (
    <span>
      <State state={state} /> since <Ago at={state_since} />
      {resolved_in !== null && `, in ${resolved_in}`}
      {muted_until !== null && `, until ${muted_until}`}
      {muted_until_count !== null && `, for ${Math.max(0, muted_until_count - count)} more`}
    </span>
  )
}
