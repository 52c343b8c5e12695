import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { Icon } from './icons.tsx'
import './copy-line.css'

/** A line to copy. */
export function CopyLine({ text }: { text: string }): JSX.Element {
  const code = useRef<HTMLElement>(null)
  const [isCopied, setCopied] = useState(false)
  const copy = () => {
    // Without leave to write to the clipboard the line is selected, ready to be copied by hand.
    const select = () => getSelection()?.selectAllChildren(code.current!)
    if (!navigator.clipboard) return select()
    navigator.clipboard.writeText(text).then(() => setCopied(true), select)
  }
  return (
    <div class="copy">
      <code ref={code}>{text}</code>
      <button type="button" aria-label={`Copy ${text}`} onClick={copy}>
        <Icon name={isCopied ? 'check' : 'copy'} />
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
