import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { address, readText } from '../../api/client.ts'
import { Icon } from '../../components/icons.tsx'
import { Problem } from '../../components/problem.tsx'

/** The map as a Mermaid flowchart, to copy or to keep as a file. */
export function Mermaid({ since }: { since: string }): JSX.Element {
  const [text, setText] = useState('')
  const [error, setError] = useState<Error>()
  const [isCopied, setCopied] = useState(false)
  const code = useRef<HTMLPreElement>(null)
  const given = { since, format: 'mermaid' } as const
  useEffect(() => {
    const stop = new AbortController()
    setCopied(false)
    readText('service-map', given, stop.signal).then(
      setText,
      (reason: unknown) => stop.signal.aborted || setError(reason as Error),
    )
    return () => stop.abort()
  }, [since])
  const copy = () => {
    // Without leave to write to the clipboard the text is selected, ready to be copied by hand.
    const select = () => getSelection()?.selectAllChildren(code.current!)
    if (!navigator.clipboard) return select()
    navigator.clipboard.writeText(text).then(() => setCopied(true), select)
  }
  return (
    <div class="mermaid">
      <Problem error={error} />
      <p class="bar">
        <button type="button" onClick={copy}>
          <Icon name={isCopied ? 'check' : 'copy'} />
          {isCopied ? 'Copied' : 'Copy'}
        </button>
        <a class="button" href={address('service-map', given)} download="service-map.mmd">
          Download
        </a>
      </p>
      <pre ref={code} tabIndex={0} aria-label="Mermaid">
        {text}
      </pre>
    </div>
  )
}
