import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { activeKeys, useKeys } from './keys.ts'
import { useStore } from './store.ts'
import './help.css'

const NAMES: Record<string, string> = { Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→', ' ': 'Space' }

/** The keys that do something on this page. */
export function Help({ close }: { close: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const keys = useStore(activeKeys)
  useKeys([{ keys: 'Escape', label: 'Close', run: close }])
  useEffect(() => dialog.current?.showModal(), [])
  // Of several with the same keys the last one counts.
  const shown = [...new Map(keys.map((key) => [key.keys, key])).values()]
  return (
    <dialog ref={dialog} class="help" aria-label="Keys" onClose={close} onClick={onBackdrop}>
      <header class="bar">
        <h2>Keys</h2>
        <button type="button" class="tool" onClick={close}>
          Close
        </button>
      </header>
      <dl>
        {shown.map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{NAMES[key] ?? key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>Open the row</dd>
        </div>
      </dl>
    </dialog>
  )
}

function onBackdrop(event: MouseEvent): void {
  if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close()
}
