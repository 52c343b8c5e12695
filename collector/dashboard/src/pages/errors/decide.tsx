import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { send } from '../../api/client.ts'
import { tellFailure } from '../../app/connection.ts'
import { useKeys } from '../../app/keys.ts'
import { Problem } from '../../components/problem.tsx'
import type { Detail } from './groups.ts'

type Change = 'resolve' | 'mute' | 'reopen'

const MUTES: readonly { value: string; label: string; body: object }[] = [
  { value: '1h', label: 'for an hour', body: { for: '1h' } },
  { value: '24h', label: 'for a day', body: { for: '24h' } },
  { value: '7d', label: 'for a week', body: { for: '7d' } },
  { value: '100', label: 'until 100 more', body: { more: 100 } },
  { value: 'ever', label: 'for ever', body: {} },
]

/** What can be decided about a group: that it is resolved, here or as of a version, muted, or open again. */
export function Decide({ group, done }: { group: Detail; done: () => void }): JSX.Element {
  const [error, setError] = useState<Error>()
  const { id, state, versions } = group
  const isOpen = state === 'open' || state === 'regressed'
  const change = async (to: Change, body: object) => {
    try {
      setError(undefined)
      await send('POST', `errors/{id}/${to}`, { id }, body)
      done()
    } catch (reason) {
      if (tellFailure(reason)) setError(reason as Error)
    }
  }
  const decide = (to: Change, body: object = {}) => void change(to, body)
  useKeys(
    isOpen
      ? [
          { keys: 'r', label: 'Resolve', run: () => decide('resolve') },
          { keys: 'm', label: 'Mute for a day', run: () => decide('mute', { for: '24h' }) },
        ]
      : [{ keys: 'o', label: 'Reopen', run: () => decide('reopen') }],
  )
  return (
    <div class="decide">
      {isOpen ? (
        <>
          <button type="button" class="main" onClick={() => decide('resolve')}>
            Resolve
          </button>
          <Choice
            label="Resolve in"
            options={versions.map((version) => ({ value: version, label: version }))}
            choose={(version) => decide('resolve', { version })}
          />
          <Choice
            label="Mute"
            options={MUTES}
            choose={(value) => decide('mute', MUTES.find((each) => each.value === value)!.body)}
          />
        </>
      ) : (
        <button type="button" class="main" onClick={() => decide('reopen')}>
          Reopen
        </button>
      )}
      <Problem error={error} />
    </div>
  )
}

interface ChoiceProps {
  label: string
  options: readonly { value: string; label: string }[]
  choose: (value: string) => void
}

/** A button with a word to be chosen, which acts at once. */
function Choice({ label, options, choose }: ChoiceProps): JSX.Element | null {
  if (options.length === 0) return null
  const onChange = ({ currentTarget }: { currentTarget: HTMLSelectElement }) => {
    const { value } = currentTarget
    currentTarget.value = ''
    if (value !== '') choose(value)
  }
  return (
    <select aria-label={label} value="" onChange={onChange}>
      <option value="">{label}…</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {label} {option.label}
        </option>
      ))}
    </select>
  )
}
