import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from '../app/keys.ts'
import { useQueryState } from '../app/router.ts'
import { Icon } from './icons.tsx'
import './search-field.css'

interface SearchFieldProps {
  /** The entry of the address that it writes. */
  name?: string
  label: string
  placeholder?: string
  /** Focused by `/`; of several on a page give it to one. */
  main?: boolean
}

const REST_MS = 250

/** A field whose text is an entry of the address, written when typing rests. */
export function SearchField({ name = 'q', label, placeholder, main = true }: SearchFieldProps): JSX.Element {
  const [value, set] = useQueryState(name)
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const focus = { keys: '/', label: 'Search', run: () => input.current?.select() }
  useKeys(main ? [focus] : [])
  useEffect(() => {
    // The address changed by other means, such as the way back.
    if (timer.current === undefined) setText(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const write = (to: string) => {
    clearTimeout(timer.current)
    timer.current = undefined
    set(to.trim(), { replace: true })
  }
  const onInput = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const to = currentTarget.value
    setText(to)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => write(to), REST_MS)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      write(text)
      input.current?.blur()
    }
    if (event.key !== 'Escape') return
    event.preventDefault()
    if (text === '') input.current?.blur()
    setText('')
    write('')
  }
  return (
    <label class="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        value={text}
        aria-label={label}
        placeholder={placeholder ?? label}
        spellcheck={false}
        autocomplete="off"
        onInput={onInput}
        onKeyDown={onKeyDown}
      />
      {main && text === '' && <kbd>/</kbd>}
    </label>
  )
}
