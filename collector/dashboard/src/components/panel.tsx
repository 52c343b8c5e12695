import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface PanelProps {
  title?: ComponentChildren
  /** Small words beside the title. */
  note?: ComponentChildren
  /** Controls at the end of the title's line. */
  actions?: ComponentChildren
  /** Where the panel is not the frame, as around cards. */
  bare?: boolean
  class?: string
  children: ComponentChildren
}

/** A part of a page under a title of its own. */
export function Panel({ title, note, actions, bare, class: more = '', children }: PanelProps): JSX.Element {
  const id = useId()
  return (
    <section class={`part ${more}`} aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || actions !== undefined) && (
        <header class="bar">
          {title !== undefined && <h2 id={id}>{title}</h2>}
          {note !== undefined && <p class="note">{note}</p>}
          {actions !== undefined && <div class="actions">{actions}</div>}
        </header>
      )}
      {bare ? children : <div class="panel">{children}</div>}
    </section>
  )
}
