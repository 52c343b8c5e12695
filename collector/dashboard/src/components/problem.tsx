import type { JSX } from 'preact'
import './problem.css'

interface ProblemProps {
  /** Nothing is shown where there is none. */
  error: Error | undefined
  /** Tries again. */
  again?: () => void
}

/** What went wrong, in the words of who said so. */
export function Problem({ error, again }: ProblemProps): JSX.Element | null {
  if (!error) return null
  return (
    <div class="problem" role="alert">
      <p>{error.message}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}
