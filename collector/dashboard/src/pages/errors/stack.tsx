import type { JSX } from 'preact'
import { positionOf, type Example, type Frame } from './groups.ts'
import './stack.css'

/** The stack of an example: the application's own frames, then those of libraries and of the runtime, and the text as it came. */
export function Stack({ example: { frames, stacktrace } }: { example: Example }): JSX.Element {
  const own = frames.filter(({ in_app }) => in_app)
  const others = frames.filter(({ in_app }) => !in_app)
  if (stacktrace === '' && frames.length === 0)
    return <p class="nothing">No stack came with it: what was thrown had none.</p>
  return (
    <div class="stack">
      {own.length > 0 && <Frames label="Frames of the application" frames={own} />}
      {others.length > 0 && (
        <details open={own.length === 0}>
          <summary>
            {others.length} {others.length === 1 ? 'frame' : 'frames'} of libraries and the runtime
          </summary>
          <Frames label="Frames of libraries and the runtime" frames={others} />
        </details>
      )}
      {stacktrace !== '' && (
        <details open={frames.length === 0}>
          <summary>As it was reported</summary>
          <pre tabIndex={0}>{stacktrace}</pre>
        </details>
      )}
    </div>
  )
}

function Frames({ label, frames }: { label: string; frames: readonly Frame[] }): JSX.Element {
  return (
    <ol class="frames" aria-label={label}>
      {frames.map((frame) => (
        <li key={frame.index} class={frame.in_app ? 'own' : ''}>
          <span class="place" title={`Frame ${frame.index}, 0 is the innermost`}>
            {frame.index}
          </span>
          <code class="name">{frame.function || '(anonymous)'}</code>
          <code class="at">{positionOf(frame)}</code>
        </li>
      ))}
    </ol>
  )
}
