import type { JSX } from 'preact'
import { href, useQuery } from '../../app/router.ts'
import { ServiceName } from '../../components/service-name.tsx'
import { duration } from '../../format/numbers.ts'
import { ErrorLink } from './error-link.tsx'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './tree.ts'
import './cause.css'

interface CauseProps {
  placed: readonly PlacedSpan[]
  moments: readonly Moment[]
}

/** Where a trace failed first and deepest, in the words of who said so. Nothing where it did not fail. */
export function Cause({ placed, moments }: CauseProps): JSX.Element | null {
  const [, change] = useQuery()
  const cause = causeOf(placed, moments)
  if (!cause) return null
  const { at, said } = cause
  const { span, startMs } = at
  const text = said?.said.text ?? span.status.message
  return (
    <div class="cause">
      <p>
        <b class="bad">Failed</b>
        <a href={href(['service', span.service])}>
          <ServiceName name={span.service} />
        </a>
        <span class="name">{span.name}</span>
        <span class="note">at {duration(said?.atMs ?? startMs)}</span>
      </p>
      {text !== '' && <p class="said">{text}</p>}
      <p class="ways">
        <button
          type="button"
          onClick={() =>
            change({ span: span.spanId, tab: '', shut: '', from: '', to: '', q: '', show: 'failed' })
          }
        >
          Show in the waterfall
        </button>
        {said?.error && <ErrorLink error={said.error} />}
      </p>
    </div>
  )
}

/** The failed span that no failed one is below of, the first of them that says an error where one does. */
function causeOf(
  placed: readonly PlacedSpan[],
  moments: readonly Moment[],
): { at: PlacedSpan; said: Moment | undefined } | undefined {
  const failed = placed.filter(({ span }) => span.status.code === 'error')
  const above = new Set<PlacedSpan>()
  for (const { parent } of failed) {
    for (let at = parent; at >= 0 && !above.has(placed[at]!); at = placed[at]!.parent) above.add(placed[at]!)
  }
  const deepest = failed
    .filter((each) => !above.has(each))
    .toSorted((a, b) => a.startMs + a.durationMs - b.startMs - b.durationMs)
  const errors = moments.filter(({ error }) => error !== undefined)
  for (const at of deepest) {
    const said = errors.find(({ spanId }) => spanId === at.span.spanId)
    if (said) return { at, said }
  }
  return deepest[0] && { at: deepest[0], said: undefined }
}
