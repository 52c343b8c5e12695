import type { JSX } from 'preact'
import { ApiError } from '../api/client.ts'
import './problem.css'

interface ProblemProps {
  /** Nothing is shown where there is none. */
  error: Error | undefined
  /** Tries again. */
  again?: () => void
}

/** What went wrong, in the words of who said so. What this session may not see is told as such: trying again would not help. */
export function Problem({ error, again }: ProblemProps): JSX.Element | null {
  if (!error) return null
  if (error instanceof ApiError && error.status === 403) {
    return (
      <div class="empty" role="status">
        <h3>Your token does not open this</h3>
        <p>{error.message}</p>
      </div>
    )
  }
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
