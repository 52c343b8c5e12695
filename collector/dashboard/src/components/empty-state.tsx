import type { ComponentChildren, JSX } from 'preact'
import { CopyLine } from './copy-line.tsx'
import './empty-state.css'

interface EmptyStateProps {
  title: string
  /** What would make something appear here. */
  children?: ComponentChildren
  /** Each with the exact line to copy. */
  steps?: readonly { say: string; line: string }[]
}

/** Nothing to show, and what to do about it. */
export function EmptyState({ title, children, steps = [] }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty">
      <h3>{title}</h3>
      {children !== undefined && <p>{children}</p>}
      {steps.map(({ say, line }) => (
        <div key={line}>
          <p>{say}</p>
          <CopyLine text={line} />
        </div>
      ))}
    </div>
  )
}
