import type { JSX } from 'preact'
import { count } from '../format/numbers.ts'
import './facets.css'

interface FacetsProps {
  title: string
  /** Most frequent first; without `count` where none is known. */
  values: readonly { value: string; count?: number | undefined; label?: string }[]
  chosen: readonly string[]
  toggle: (value: string) => void
}

/** Values to filter by. A chosen one stays, also when nothing is left that has it. */
export function Facets({ title, values, chosen, toggle }: FacetsProps): JSX.Element | null {
  const known = new Set(values.map(({ value }) => value))
  const left = chosen.filter((value) => !known.has(value))
  const shown: FacetsProps['values'] = [...values, ...left.map((value) => ({ value }))]
  if (shown.length === 0) return null
  return (
    <fieldset class="facet">
      <legend>{title}</legend>
      {shown.map((each) => (
        <label key={each.value} title={each.value}>
          <input type="checkbox" checked={chosen.includes(each.value)} onChange={() => toggle(each.value)} />
          <span>{each.label ?? each.value}</span>
          {each.count !== undefined && <small>{count(each.count)}</small>}
        </label>
      ))}
    </fieldset>
  )
}
