import type { JSX } from 'preact'
import './dropdown.css'

interface DropdownProps {
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  set: (value: string) => void
}

/** One of some words, with its name before it. */
export function Dropdown({ label, value, options, set }: DropdownProps): JSX.Element {
  return (
    <label class="dropdown">
      <span>{label}</span>
      <select aria-label={label} value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
        {options.every((option) => option.value !== value) && <option value={value}>{value}</option>}
      </select>
    </label>
  )
}
